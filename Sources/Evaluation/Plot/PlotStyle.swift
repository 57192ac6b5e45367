/// Colours and fonts of the pictures.
///
/// - Source: Okabe & Ito, *Color Universal Design* (2008): hues that stay apart for the colour-blind.
enum PlotStyle {
    /// Sizes in pixels.
    static let titleSize = 16.0
    static let legendSize = 12.0
    static let tickSize = 11.5

    /// Every rule begins with `.bellwether-plot`, so that an SVG inside a page leaves the page alone.
    static let css = """
        .bellwether-plot{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        .bellwether-plot .paper{fill:#fff}
        .bellwether-plot text{fill:#4b5563;font-size:11.5px;font-variant-numeric:tabular-nums}
        .bellwether-plot .title{fill:#111827;font-size:16px;font-weight:600}
        .bellwether-plot .legend{fill:#374151;font-size:12px}
        .bellwether-plot .context{fill:#6b7280;font-size:11px}
        .bellwether-plot .note{fill:#b04a00;font-size:11px}
        .bellwether-plot .grid{stroke:#e5e7eb;stroke-width:1;fill:none;shape-rendering:crispEdges}
        .bellwether-plot .axis{stroke:#9ca3af;stroke-width:1;fill:none;shape-rendering:crispEdges}
        .bellwether-plot .now{stroke:#6b7280;stroke-width:1;stroke-dasharray:3 3;fill:none}
        .bellwether-plot .line{fill:none;stroke-linejoin:round;stroke-linecap:round}
        .bellwether-plot .observed{stroke:#0072b2;stroke-width:1.5}
        .bellwether-plot .expected{stroke:#56a0c8;stroke-width:1.2;stroke-dasharray:4 3}
        .bellwether-plot .range{fill:#56b4e9;fill-opacity:.22}
        .bellwether-plot .forecast{stroke:#009e73;stroke-width:2}
        .bellwether-plot .point{stroke-width:4;stroke-dasharray:none}
        .bellwether-plot .band{fill:#009e73;fill-opacity:.17}
        .bellwether-plot .strip{fill:#d55e00;fill-opacity:.13}
        .bellwether-plot .odd{stroke:#d55e00;stroke-width:6;stroke-linecap:round;fill:none}
        @media (prefers-color-scheme:dark){
        .bellwether-plot .paper{fill:#111827}
        .bellwether-plot text{fill:#b6bdc8}
        .bellwether-plot .title{fill:#f3f4f6}
        .bellwether-plot .legend{fill:#d1d5db}
        .bellwether-plot .context{fill:#9ca3af}
        .bellwether-plot .note{fill:#ff9f5a}
        .bellwether-plot .grid{stroke:#273142}
        .bellwether-plot .axis{stroke:#6b7280}
        .bellwether-plot .now{stroke:#9ca3af}
        .bellwether-plot .observed{stroke:#56b4e9}
        .bellwether-plot .expected{stroke:#8fbad6}
        .bellwether-plot .range{fill-opacity:.16}
        .bellwether-plot .forecast{stroke:#2cc99b}
        .bellwether-plot .band{fill:#2cc99b}
        .bellwether-plot .strip{fill:#ff7f2a;fill-opacity:.2}
        .bellwether-plot .odd{stroke:#ff7f2a}
        }
        """

    /// Of pictures with rows of heat.
    static let heatCSS = """
        .bellwether-plot .heat0{fill:#9ca3af;fill-opacity:.12}
        .bellwether-plot .heat1{fill:#d55e00;fill-opacity:.15}
        .bellwether-plot .heat2{fill:#d55e00;fill-opacity:.35}
        .bellwether-plot .heat3{fill:#d55e00;fill-opacity:.6}
        .bellwether-plot .heat4{fill:#d55e00;fill-opacity:1}
        """
}

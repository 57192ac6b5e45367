import TimeSeries

extension ForecasterCatalog {
    /// Methods for counts and for metrics that are mostly 0.
    static let counts: [Entry] = [
        Entry(
            name: "croston", summary: "Size and interval of intermittent demand, smoothed apart.",
            source: "Croston, Operational Research Quarterly 23 (1972)",
            make: { _ in IntermittentDemand(.croston) }, read: reading(IntermittentDemand.Model.self)),
        Entry(
            name: "sba", summary: "Croston's method without its bias.",
            source: "Syntetos & Boylan, International Journal of Forecasting 21 (2005)",
            make: { _ in IntermittentDemand(.syntetosBoylan) }, read: reading(IntermittentDemand.Model.self)),
        Entry(
            name: "tsb", summary: "Size and probability of intermittent demand, smoothed apart.",
            source: "Teunter, Syntetos & Babai, European Journal of Operational Research 214 (2011)",
            make: { _ in IntermittentDemand(.teunterSyntetosBabai) },
            read: reading(IntermittentDemand.Model.self)),
        Entry(
            name: "poisson", summary: "A level of Poisson counts that forgets, with a season.",
            source: "Harvey & Fernandes, Journal of Business & Economic Statistics 7 (1989)",
            make: { CountSmoothing(.poisson, period: $0.period) },
            read: reading(CountSmoothing.Model.self)),
        Entry(
            name: "negative-binomial", summary: "A smoothed level of overdispersed counts, with a season.",
            source: "Snyder, Ord & Beaumont, International Journal of Forecasting 28 (2012)",
            make: { CountSmoothing(.negativeBinomial, period: $0.period) },
            read: reading(CountSmoothing.Model.self)),
    ]
}

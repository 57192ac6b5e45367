import Alerting
import Networking
import Pipeline
import Query
import TimeSeries

extension AlertBody {
    /// What an event declares of the values of series; `nil` for a mark in charts.
    ///
    /// - Parameter definitions: One of which `definition` must name.
    /// - Throws: ``BodyError`` for a mode without series or without an end, and for series without a mode.
    func declaration(among definitions: [MetricDefinition]) throws(BodyError) -> Declaration? {
        let match = try text("match", most: Selector.mostBytes)
        let definition = try text("definition", most: Self.longestName)
        guard let mode = try choice("mode", LearningMode.self) else {
            guard match == nil, definition == nil else {
                let modes = LearningMode.allCases.map(\.rawValue).joined(separator: ", ")
                throw BodyError(
                    pointer: "/mode", detail: "what is said of series needs a mode, one of \(modes)")
            }
            return nil
        }
        guard match != nil || definition != nil else {
            throw BodyError(
                pointer: "/match",
                detail: "a mode needs the series that it concerns: a selector as \"match\", such as "
                    + "load{host=\"a\"}, or the name of a \"definition\"")
        }
        guard try moment("end") != nil else {
            throw BodyError(pointer: "/end", detail: "a mode needs the time until which it holds")
        }
        if let definition { try Self.expect(definition, among: definitions) }
        return Declaration(
            modes: [mode], selector: try selector(match, at: "/match"), definition: definition ?? "")
    }

    /// Refuses the name of a definition that there is not.
    static func expect(_ definition: String, among definitions: [MetricDefinition]) throws(BodyError) {
        let names = definitions.map(\.name)
        guard !names.contains(definition) else { return }
        let near = nearest(to: definition, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
        throw BodyError(
            pointer: "/definition", detail: "no definition is named \"\(definition.prefix(80))\"\(near)")
    }

    /// A selector, if there is one.
    func selector(_ text: String?, at pointer: String) throws(BodyError) -> Selector? {
        guard let text else { return nil }
        do throws(SelectorError) {
            return try Selector(parsing: text)
        } catch {
            throw BodyError(pointer: pointer, detail: "\(error)")
        }
    }
}

/// What is declared of the values of series, in answers.
enum DeclarationJSON {
    /// The members `modes`, `match`, `definition`, `verdict` and `series`, those that say something.
    static func write(_ declaration: Declaration, _ isUnix: Bool, to json: inout JSONWriter) {
        json.member("modes", declaration.modes.map(\.rawValue))
        if let selector = declaration.selector { json.member("match", "\(selector)") }
        if !declaration.definition.isEmpty { json.member("definition", declaration.definition) }
        if let feedback = declaration.feedback { json.member("verdict", feedback.rawValue) }
        guard !declaration.stretches.isEmpty else { return }
        json.key("series")
        json.array { json in
            for stretch in declaration.stretches {
                json.object { json in
                    json.key("labels")
                    json.labels(stretch.labels.pairs)
                    json.time("from", stretch.from, isUnix)
                    json.time("to", stretch.to, isUnix)
                }
            }
        }
    }

    /// The member `revision`.
    static func write(_ report: DeclarationReport, to json: inout JSONWriter) {
        json.key("revision")
        json.object { json in
            json.member("series", report.series)
            json.member("revised", report.revised)
            json.member("points", report.points)
            json.member("unreadable", report.unreadable)
        }
    }

    /// Why nothing comes of a declaration yet; `nil` when something does.
    static func warning(of declaration: Declaration, _ monitor: Monitor) -> String? {
        let matching = monitor.series(matching: declaration.selector)
        let concerned = matching.filter { series in
            series.definition.map { declaration.definition.isEmpty || $0.name == declaration.definition }
                ?? false
        }
        guard concerned.isEmpty else { return nil }
        guard matching.isEmpty || !declaration.definition.isEmpty else {
            return "no definition judges the series that match: a mode changes nothing for them"
        }
        return "no stored series matches yet; it holds for those that come"
    }
}

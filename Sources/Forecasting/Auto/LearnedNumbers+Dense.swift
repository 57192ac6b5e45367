import Numerics

extension LearnedNumbers {
    /// One hidden layer, of as many units as there are numbers for.
    func network(_ name: String, inputs: Int, outputs: Int) throws(Failure) -> DenseWeights {
        let units = count(of: name + "-hidden-bias")
        let linear = count(of: name + "-linear") == 0 ? 0 : outputs
        return DenseWeights(
            means: try list(name + "-means", inputs), spreads: try list(name + "-spreads", inputs),
            hidden: try rows(name + "-hidden", units, inputs),
            hiddenBias: try list(name + "-hidden-bias", units),
            output: try rows(name + "-output", outputs, units),
            outputBias: try list(name + "-output-bias", outputs),
            linear: linear == 0 ? [] : try rows(name + "-linear", linear, inputs))
    }

    /// The lines of one hidden layer.
    static func lines(_ name: String, _ network: DenseWeights) -> String {
        var text = line(name + "-means", network.means)
        text += line(name + "-spreads", network.spreads)
        text += line(name + "-hidden", network.hidden.flatMap { $0 })
        text += line(name + "-hidden-bias", network.hiddenBias)
        text += line(name + "-output", network.output.flatMap { $0 })
        text += line(name + "-output-bias", network.outputBias)
        if !network.linear.isEmpty { text += line(name + "-linear", network.linear.flatMap { $0 }) }
        return text
    }
}

public import TimeSeries

extension ARIMAModel {
    private static let version = 1
    /// No fit takes more differences of one kind.
    private static let mostDifferences = 8

    /// Appends orders, coefficients, profiles and the last steps.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(order.period)
        writer.write(order.d)
        writer.write(order.seasonalD)
        writer.write(order.hasConstant ? 1 : 0)
        for group in [coefficients.ar, coefficients.seasonalAR, coefficients.ma, coefficients.seasonalMA] {
            writer.write(group)
        }
        writer.write(recursion.mean)
        writer.write(variance)
        writer.write(profiles.count)
        for (profile, phase) in zip(profiles, phases) {
            writer.write(profile)
            writer.write(phase)
        }
        for column in [levels, deviations, shocks] { writer.write(Array(column.suffix(recursion.reach))) }
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "arima") }
        let period = try reader.readInt()
        let d = try reader.readInt()
        let seasonalD = try reader.readInt()
        let constant = try reader.readInt()
        let read = ARMACoefficients(
            ar: try reader.readDoubles(), seasonalAR: try reader.readDoubles(), ma: try reader.readDoubles(),
            seasonalMA: try reader.readDoubles(), period: period)
        let mean = try reader.readDouble()
        variance = try reader.readDouble()
        (profiles, phases) = try Self.readProfiles(from: &reader)
        levels = try reader.readDoubles()
        deviations = try reader.readDoubles()
        shocks = try reader.readDoubles()

        // The lags are checked against what is there before anything of their size is made.
        let differences = 0...Self.mostDifferences
        let seasonalTerms = read.seasonalAR.count + read.seasonalMA.count + (seasonalD == 0 ? 0 : 1)
        guard differences.contains(d), differences.contains(seasonalD), (0...1).contains(constant),
            seasonalTerms == 0 ? period == 1 : (2...max(levels.count, 2)).contains(period),
            deviations.count == levels.count, shocks.count == levels.count
        else {
            throw .invalid(byte: reader.byte, reason: "\(d) and \(seasonalD) differences of \(period) steps")
        }
        let seasonal = (p: read.seasonalAR.count, d: seasonalD, q: read.seasonalMA.count)
        let order = ARIMAOrder(
            read.ar.count, d, read.ma.count, seasonal: seasonal, period: period, hasConstant: constant == 1)
        let reach = max(order.lost, order.longestValueLag, order.longestErrorLag, 1)
        guard levels.count == reach else {
            throw .invalid(byte: reader.byte, reason: "\(levels.count) steps for a reach of \(reach)")
        }
        self.order = order
        coefficients = read
        recursion = ARIMARecursion(order, read, mean: mean)
    }

    private static func readProfiles(
        from reader: inout BinaryReader
    ) throws(BinaryFormatError) -> (profiles: [[Double]], phases: [Int]) {
        let count = try reader.readInt()
        var profiles: [[Double]] = []
        var phases: [Int] = []
        for _ in 0..<max(count, 0) {
            profiles.append(try reader.readDoubles())
            phases.append(try reader.readInt())
        }
        guard count >= 0, zip(profiles, phases).allSatisfy({ $0.indices.contains($1) }) else {
            throw .invalid(byte: reader.byte, reason: "phases \(phases) of \(count) profiles")
        }
        return (profiles, phases)
    }
}

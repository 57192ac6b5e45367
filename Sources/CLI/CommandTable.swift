/// Every subcommand, in the order of the help.
enum CommandTable {
    static let all: [Command] = [
        ServeCommand.command,
        PredictCommand.command,
        ForecastCommand.command,
        DetectCommand.command,
        TrainCommand.train,
        TrainCommand.retrain,
        ModelsCommand.command,
        ImportCommand.command,
        ExportCommand.command,
        BackupCommand.command,
        RestoreCommand.command,
        EvaluateCommand.command,
        TrainAutoCommand.command,
        TrainFusionCommand.command,
        GenerateCommand.command,
        CheckCommand.command,
        DoctorCommand.command,
        BenchCommand.command,
        VersionCommand.command,
    ]

    /// The help of the whole program.
    static var help: String {
        var lines = [
            "Bellwether \(Version.number): anomaly detection and forecasting for streamed metrics.", "",
            "usage: bellwether COMMAND [options]", "", "commands:",
        ]
        let width = all.map(\.name.count).max() ?? 0
        lines += all.map { "  " + $0.name.padded(to: width) + "  " + $0.summary }
        lines += [
            "", "'bellwether COMMAND --help' shows the options of one.",
            "Exit codes: 0 success, 1 failure, 2 bad usage or configuration. train and retrain:",
            "0 promoted, 3 not better (champion kept), 4 not enough data, 5 already running,",
            "6 quality gate breached (champion kept), 130 interrupted.",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}

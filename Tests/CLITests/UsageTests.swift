import Testing

@testable import CLI

@Suite struct UsageTests {
    @Test(arguments: [
        (["dtect"], "unknown command 'dtect'; did you mean 'detect'?"), (["frobnicate"], "unknown command"),
        (["detect", "F", "--aplha", "0.1"], "unknown option --aplha; did you mean --alpha?"),
        (["forecast", "F", "--horizon"], "--horizon needs a value: H"),
        (["forecast", "F"], "forecast needs --horizon H"),
        (["detect", "F", "--horizon", "3"], "unknown option --horizon"),
        (["detect", "F", "--causal", "--batch"], "--causal, --delayed and --batch exclude each other"),
        (["detect", "F", "--alpha", "0"], "--alpha must lie between 0 and 1"),
        (["detect", "F", "--alpha", "1"], "--alpha must lie between 0 and 1"),
        (["detect", "F", "--alpha", "abc"], "--alpha must lie between 0 and 1, such as 0.001, not 'abc'"),
        (["detect", "F", "--alpha", "nan"], "--alpha must lie between"),
        (["detect", "F", "--alpha", "-0.1"], "--alpha must lie between"),
        (["forecast", "F", "--horizon", "0"], "--horizon must be from 1 to 10000 steps"),
        (["forecast", "F", "--horizon", "-3"], "--horizon must be from 1 to 10000 steps"),
        (["forecast", "F", "--horizon", "10001"], "--horizon must be from 1 to 10000 steps"),
        (["forecast", "F", "--horizon", "2.5"], "--horizon"),
        (["forecast", "F", "--horizon", "soon"], "--horizon"),
        (["forecast", "F", "--horizon", "0d"], "--horizon"),
        (["detect", "F", "--alpha", "0.1", "--alpha", "0.2"], "--alpha is given twice"),
        (["detect", "F", "--output", "csv", "-o", "csv"], "--output is given twice"),
        (["detect", "F", "--causal", "--causal"], "--causal is given twice"),
        (["detect", "F", "--causal=yes"], "--causal takes no value"),
        (["detect"], "detect needs FILE.csv"), (["detect", "F", "G"], "detect takes one FILE.csv, not 2"),
        (["detect", "F", "-o", "xml"], "--output must be one of table, csv, json, not 'xml'"),
        (["detect", "F", "--model", "ridg"], "no model 'ridg'; did you mean 'ridge'?"),
        (["detect", "F", "--train", "0"], "--train must be a whole number"),
        (["detect", "F", "--season", "0"], "--season must be a whole number"),
        (["detect", "F", "--season", "1e3"], "--season must be a whole number"),
        (["detect", "F", "--seed", "-1"], "--seed must be a whole number"),
        (["detect", "F", "--step", "0s"], "--step: '0s' is not above zero"),
        (["detect", "F", "--timezone", "Mars/Base"], "no time zone 'Mars/Base'"),
        (["detect", "F", "--timezone", "../etc/passwd"], "is not a time zone name"),
        (["forecast", "F", "--horizon", "1", "--levels", "100"], "--levels must be"),
        (["forecast", "F", "--horizon", "1", "--levels", "80,80.0"], "--levels must be"),
        (["forecast", "F", "--horizon", "1", "--levels", "80,"], "--levels must be"),
        (["forecast", "F", "--horizon", "1", "--levels", "eighty"], "--levels must be"),
        (["forecast", "F", "--horizon", "1", "--levels", "0x10"], "--levels must be"),
        (["predict", "F", "-o", "csv"], "predict prints a table or json"),
        (["version", "please"], "version takes nothing, not 'please'"),
        (["serve", "now"], "serve takes options only"),
        (["bench"], "bench needs ingest"), (["bench", "predict"], "bench knows ingest only, not 'predict'"),
        (["bench", "ingest", "--series", "0"], "--series must be a whole number"),
        (
            ["bench", "ingest", "--series", "100", "--full", "200"],
            "--full must be at most the number of series"
        ),
    ])
    func `bad usage ends with 2 and one line that names it`(words: [String], message: String) {
        let outcome = bellwether(words)
        #expect(outcome.code == .usage)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("bellwether: ") && outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func `help is data and names every command and option`() {
        for words in [["help"], ["--help"], ["-h"]] {
            let outcome = bellwether(words)
            #expect(outcome.code == .success && outcome.errors.isEmpty)
            for command in CommandTable.all { #expect(outcome.output.contains("  \(command.name)")) }
        }
        #expect(bellwether([]).code == .usage)
        for command in CommandTable.all {
            let outcome = bellwether(command.name, "--help")
            #expect(outcome.code == .success)
            for option in command.options { #expect(outcome.output.contains(option.name)) }
            guard command.name != "serve" else { continue }
            for line in outcome.lines { #expect(line.count <= 80, "\(line)") }
        }
        #expect(bellwether("version").output == "bellwether \(Version.number)\n")
        #expect(bellwether("--version").code == .success)
    }

    @Test func `usage is judged before the file is read`() {
        #expect(bellwether("detect", "/nonexistent", "--alpha", "2").code == .usage)
        let outcome = bellwether("detect", "/nonexistent/file.csv", "-o", "csv")
        #expect(outcome.code == .failure)
        #expect(outcome.errors.contains("cannot read /nonexistent/file.csv: No such file or directory"))
        #expect(bellwether("detect", "/").errors.contains("Is a directory"))
    }
}

import Foundation
import TestSupport

/// Types what a notebook says into one shell, in a folder of its own that is gone with this value.
struct NotebookRun {
    /// What a command printed, line by line; `nil` when it was not reached.
    private(set) var printed: [[String]?] = []
    /// What a command said on standard error: progress and complaints.
    private(set) var notes: [String] = []
    /// How the shell ended, and what it complained of.
    private(set) var code: Int32 = -1
    private(set) var complaints = ""
    private let folder: Folder

    /// No notebook takes longer, in seconds.
    private static let limit = 120

    /// - Parameter program: The path of `bellwether`; its folder is the first in `PATH`. `PORT` is a free port, and
    ///   `DATASETS` the folder of data sets.
    init(_ notebook: Notebook, program: String) throws {
        folder = try Folder()
        for name in ["place", "printed", "notes"] {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/" + name, withIntermediateDirectories: false)
        }
        let script = folder.file(
            Self.script(notebook, in: folder.path, program: program, port: try FreePort.next()), "script.sh")
        // `timeout` has a process group of its own and ends all of it.
        let shell = try RunningProgram(
            "/usr/bin/timeout", ["--kill-after=5", "\(Self.limit)", "bash", script], log: folder.path + "/log"
        )
        code = try shell.exitCode(within: Double(Self.limit) + 20)
        complaints = shell.printed
        let count = notebook.steps.count { if case .type = $0 { true } else { false } }
        printed = (0..<count).map { number in
            guard let bytes = FileManager.default.contents(atPath: "\(folder.path)/printed/\(number)") else {
                return nil
            }
            return Self.lines(String(decoding: bytes, as: UTF8.self))
        }
        notes = (0..<count).map { number in
            let bytes = FileManager.default.contents(atPath: "\(folder.path)/notes/\(number)")
            return String(decoding: bytes ?? Data(), as: UTF8.self)
        }
    }

    /// The bytes of a file that a command made; `nil` when there is none.
    func made(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: folder.path + "/place/" + name).map(Array.init)
    }

    private static func lines(_ text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.last == "" ? Array(lines.dropLast()) : lines
    }

    /// Every command in braces, so that it runs in this shell, and finds `$?` and `$!` as at a prompt.
    private static func script(_ notebook: Notebook, in folder: String, program: String, port: Int) -> String
    {
        let programs = URL(fileURLWithPath: program).deletingLastPathComponent().path
        var text = """
            for name in ${!BELLWETHER_*}; do unset "$name"; done
            unset COLUMNS
            export PATH='\(programs)':"$PATH" PORT=\(port) DATASETS='\(Repository.root.path)/datasets' NO_COLOR=1 TERM=dumb LC_ALL=C.UTF-8 TZ=UTC
            trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
            cd '\(folder)/place'
            code=0

            """
        var number = 0
        for step in notebook.steps {
            switch step {
            case .save(let name, let content):
                text += "cat >'\(name)' <<'END OF FILE'\n\(content)END OF FILE\n"
            case .type(let command):
                text +=
                    "{\n(exit $code)\n\(command.text)\n} >'\(folder)/printed/\(number)' "
                    + "2>'\(folder)/notes/\(number)'\ncode=$?\n"
                number += 1
            }
        }
        return text + "exit 0\n"
    }
}

import TestSupport
import Testing

private let folder = "notebooks-md"
private let pages = Repository.files(below: folder, suffix: ".md").filter { page in
    !page.dropFirst(folder.count + 1).contains("/")
}

@Suite struct NotebookTests {
    @Test(
        .enabled(if: Program.bellwether != nil, "the program is not built"), .timeLimit(.minutes(3)),
        arguments: pages)
    func `every command of a notebook prints what the page says`(page: String) throws {
        let notebook = Notebook(try Repository.text(page))
        let run = try NotebookRun(notebook, program: try #require(Program.bellwether))
        #expect(run.code == 0, "\(page): the shell ended with \(run.code): \(run.complaints)")
        let commands = notebook.steps.compactMap { step in
            if case .type(let command) = step { command } else { nil }
        }
        #expect(!commands.isEmpty)
        for ((command, lines), notes) in zip(zip(commands, run.printed), run.notes) {
            let place = "\(page):\(command.line): $ \(command.text)"
            guard let lines else {
                Issue.record("\(place)\nwas not reached: \(run.complaints)\(notes)")
                continue
            }
            let isAsSaid = NotebookOutput.matches(lines[...], command.output[...])
            #expect(isAsSaid, "\(place)\n\(lines.joined(separator: "\n"))\n\(notes)")
        }
        for image in notebook.images {
            let made = run.made(image)
            #expect(
                made == (try Repository.bytes(folder + "/" + image)), "\(page): \(image) is another picture")
        }
    }

    @Test func `files, commands, what they print and pictures are read from a page`() {
        let notebook = Notebook(
            """
            Prose.
            ```yaml a.yaml
            a: 1
            ```
            ![what it shows](a.svg)
            ```console
            $ one \\
            > two
            printed
            > so
            $ three
            ```
            ```sh
            not run
            ```
            """)
        let one = Notebook.Command(text: "one \\\ntwo", output: ["printed", "> so"], line: 9)
        let three = Notebook.Command(text: "three", line: 12)
        #expect(notebook.steps == [.save(name: "a.yaml", content: "a: 1\n"), .type(one), .type(three)])
        #expect(notebook.images == ["a.svg"])
    }

    @Test(arguments: [
        ("a", "a", true), ("a", "b", false), ("took 12 s", "took … s", true),
        ("took 12 ms", "took … s", false),
        ("a b c", "…b…", true), ("ab", "a…b", true), ("a", "a…a", false), ("", "…", true),
        ("x-y", "…-…-…", false),
    ])
    func `an ellipsis stands for any text in a line`(printed: String, said: String, isSo: Bool) {
        #expect(NotebookOutput.matches(line: printed, said) == isSo)
    }

    @Test(arguments: [
        ("a b c", "a … c", true), ("a c", "a … c", true), ("a b", "a … c", false), ("a b c", "a c", false),
        ("", "", true), ("a", "", false), ("", "a", false), ("a b a b", "… a b", true),
    ])
    func `an ellipsis on a line of its own stands for any lines`(printed: String, said: String, isSo: Bool) {
        let printed = printed.split(separator: " ").map(String.init)
        let said = said.split(separator: " ").map(String.init)
        #expect(NotebookOutput.matches(printed[...], said[...]) == isSo)
    }

    @Test func `a shell keeps its state from command to command, and its complaints are told`() throws {
        let page =
            "```sh a.sh\necho file\n```\n```console\n$ false\n$ echo $?\n1\n$ x=7; bash a.sh\n$ echo $x $PORT\n```"
        let run = try NotebookRun(Notebook(page), program: "/nonexistent/bellwether")
        #expect(run.code == 0)
        #expect(run.printed.dropLast() == [[], ["1"], ["file"]])
        #expect(run.printed.last??.first?.hasPrefix("7 ") == true)
        let broken = try NotebookRun(
            Notebook("```console\n$ echo 'x\n```"), program: "/nonexistent/bellwether")
        #expect(broken.printed == [nil] && broken.complaints.contains("unexpected EOF"))
    }
}

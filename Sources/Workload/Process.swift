package import Glibc
import Synchronization

/// A program that this one started, in a process group of its own; ended when its owner lets go, on every path.
package struct Process: ~Copyable {
    /// Its number.
    package let pid: pid_t
    /// Whether ``wait()`` has taken its end.
    private var isOver = false

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - output: Where its standard output goes; to nowhere when `nil`. Its complaints go where ours go.
    package init(_ path: String, _ arguments: [String], output: Int32? = nil) throws(WorkloadFailure) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var pid = pid_t()
        let code = Children.started {
            posix_spawn(&pid, path, &actions, &attributes, words, environ) == 0 ? pid : nil
        }
        guard code else { throw WorkloadFailure("cannot start \(path)") }
        self.pid = pid
    }

    /// Waits for its end.
    ///
    /// - Returns: Its exit code, 128 and the number of the signal when it was ended by one.
    package mutating func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        isOver = true
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    /// Ends it at once and waits for its end; its number stays taken until its owner lets go.
    package func crash() {
        kill(pid, SIGKILL)
        var end = siginfo_t()
        while waitid(P_PID, id_t(pid), &end, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    }

    /// The memory of a process that is in RAM, in MB; `nil` when it is gone.
    package static func residentMegabytes(of pid: pid_t) -> Double? {
        let lines = (TextFile.read("/proc/\(pid)/status") ?? "").split(separator: "\n")
        let words = lines.first { $0.hasPrefix("VmRSS:") }?.split(whereSeparator: { $0 == " " || $0 == "\t" })
        return words.flatMap { Double($0[1]) }.map { $0 / 1024 }
    }

    /// The processor time that a process spent so far, in seconds; `nil` when it is gone.
    package static func cpuSeconds(of pid: pid_t) -> Double? {
        // The name in parentheses may hold blanks; of what follows it, user and system time are 12th and 13th.
        let text = TextFile.read("/proc/\(pid)/stat") ?? ""
        let words = (text.split(separator: ")").last ?? "").split(separator: " ")
        guard words.count > 12, let user = Double(words[11]), let system = Double(words[12]) else {
            return nil
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    deinit {
        if !isOver {
            kill(pid, SIGTERM)
            Children.await(pid, milliseconds: 10_000)
        }
        Children.ended(pid)
    }
}

/// The process groups that this program made; none of them outlives it.
package enum Children {
    private static let groups = Mutex<Set<pid_t>>([])
    private static let directories = Mutex<Set<String>>([])

    /// Makes a directory for a child's files; ``remove(_:)`` is to follow.
    package static func makeDirectory() throws(WorkloadFailure) -> String {
        var template = Array("/tmp/bellwether-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw WorkloadFailure("mkdtemp: \(String(cString: strerror(errno)))")
        }
        let path = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
        directories.withLock { _ = $0.insert(path) }
        return path
    }

    /// Removes such a directory with all that is in it.
    package static func remove(_ directory: String) {
        if var removal = try? Process("/bin/rm", ["-rf", "--", directory]) { _ = removal.wait() }
        directories.withLock { _ = $0.remove(directory) }
    }

    /// Notes the process that `spawn` starts, if it does.
    package static func started(_ spawn: () -> pid_t?) -> Bool {
        groups.withLock { groups in
            guard let pid = spawn() else { return false }
            groups.insert(pid)
            return true
        }
    }

    /// Ends what is left of the group of a process that was waited for.
    package static func ended(_ pid: pid_t) {
        kill(-pid, SIGKILL)
        groups.withLock { _ = $0.remove(pid) }
    }

    /// Waits for the end of a process, and kills it after some time.
    package static func await(_ pid: pid_t, milliseconds: Int) {
        for _ in 0..<milliseconds {
            let got = waitpid(pid, nil, WNOHANG)
            if got == pid || (got < 0 && errno == ECHILD) { return }
            usleep(1000)
        }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// From now on a signal to this program ends its children first.
    ///
    /// Libraries have threads of their own that block no signal, so one thread that waits is not enough.
    package static func endOnSignals() {
        var action = sigaction()
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { signal in
            var number = UInt8(truncatingIfNeeded: signal)
            _ = write(Children.signalPipe.writing, &number, 1)
        }
        let reading = signalPipe.reading
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaction(signal, &action, nil) }
        Threads.detach {
            var number: UInt8 = 0
            guard read(reading, &number, 1) == 1 else { return }
            groups.withLock { groups in for pid in groups { kill(-pid, SIGKILL) } }
            let left = directories.withLock { $0 }
            for directory in left { remove(directory) }
            _exit(128 + Int32(number))
        }
    }

    private static let signalPipe: (reading: Int32, writing: Int32) = {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()
}

import Foundation
import TestSupport

/// Kills the service under load and damages what it left, and tells what came of it; `make faults` runs it.
@main
enum Main {
    static func main() {
        do {
            let wishes = try Wishes(Array(CommandLine.arguments.dropFirst()))
            let isSound = try KillRun.run(wishes)
            let isRefused = try DamageRun.run(wishes)
            exit(isSound && isRefused ? 0 : 1)
        } catch {
            FileHandle.standardError.write(Data("bellwether: \(error)\n".utf8))
            exit(2)
        }
    }
}

/// Why a run cannot go on.
struct FaultFailure: Error, CustomStringConvertible {
    /// What was wanted and what was found.
    var description: String
}

/// How often, and from which seed.
struct Wishes {
    /// How often the service is killed.
    var kills = 20
    /// How often its files are damaged in each way.
    var damages = 20
    /// Of the moments and places.
    var seed: UInt64 = 1

    init(_ words: [String]) throws {
        var rest = words[...]
        while let name = rest.popFirst() {
            guard let number = rest.popFirst().flatMap({ Int($0) }), number >= 0 else {
                throw FaultFailure(description: "\(name) needs a number, 0 or more")
            }
            switch name {
            case "--kills": kills = number
            case "--damages": damages = number
            case "--seed": seed = UInt64(number)
            default:
                throw FaultFailure(
                    description: "there is no \(name), but --kills, --damages and --seed")
            }
        }
    }
}

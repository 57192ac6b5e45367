import Alerting
public import Storage

/// Why stored points were not gone over; nothing was changed.
public enum ReplayError: Error, Sendable, Equatable {
    /// More points than are gone over at once.
    case tooManyPoints(Int, most: Int)
    /// What is known of the past of these series is of another build, or was not stored.
    case unreadable(series: UInt32)
    /// They could not be read.
    case storage(StorageError)
    /// What incidents are made by, or were made, could not be had.
    case alerts(AlertError)
}

extension ReplayError {
    /// What `body` answers, with the store's refusals as ours.
    static func reading<T>(_ body: () throws(StorageError) -> T) throws(ReplayError) -> T {
        do throws(StorageError) {
            return try body()
        } catch {
            throw .storage(error)
        }
    }

    /// The same of the desk.
    static func asking<T>(_ body: () throws(AlertError) -> T) throws(ReplayError) -> T {
        do throws(AlertError) {
            return try body()
        } catch {
            throw .alerts(error)
        }
    }
}

import Alerting
public import Storage

/// Why an order to the desk was not carried out; nothing was changed.
public enum AlertError: Error, Sendable, Equatable {
    /// There is no incident of this number.
    case unknownIncident(Int64)
    /// There is no silence of this name.
    case unknownSilence(String)
    /// There is no event of this name.
    case unknownEvent(String)
    /// No rejected delivery has this number.
    case unknownDelivery(Int64)
    /// What was asked for does not fit the state: the reason as a sentence without its full stop.
    case conflict(String)
    /// It could not be made durable, or not be read.
    case storage(StorageError)
}

extension AlertError {
    /// The refusal of the book.
    init(_ error: IncidentError) {
        switch error {
        case .unknown(let id): self = .unknownIncident(id)
        case .conflict(let reason): self = .conflict(reason)
        }
    }

    /// What `body` answers, with the store's refusals as ours.
    static func reading<T>(_ body: () throws(StorageError) -> T) throws(AlertError) -> T {
        do throws(StorageError) {
            return try body()
        } catch {
            throw .storage(error)
        }
    }
}

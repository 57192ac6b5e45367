/// Why a load could not be run, in words for its user.
package struct WorkloadFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

import Glibc
import Pipeline
import Service
import Storage
import TimeSeries

/// What the data directory holds, and whether it is sound.
enum StoreCheck {
    /// A look at a directory that writes nothing; one that is not there yet holds nothing.
    static func content(of path: String) -> Check {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return Check("store", "nothing is stored yet")
        }
        do throws(StorageError) {
            return check(try DirectoryReport(of: path))
        } catch {
            return Check("store", .fail, "\(error)")
        }
    }

    private static func check(_ report: DirectoryReport) -> Check {
        guard let database = report.databaseBytes else {
            return Check(
                "store",
                report.holder.map { "held by \($0), which stores nothing yet" } ?? "nothing is stored yet")
        }
        let segments = report.journal.segments == 1 ? "1 segment" : "\(report.journal.segments) segments"
        let journal = "journal \(size(report.journal.bytes)) in \(segments)"
        let sizes = "database \(size(database + report.logBytes)), " + journal
        if let holder = report.holder {
            let address = report.service.map { ", which answers at \($0.address)" } ?? ""
            return Check("store", "\(sizes), held by \(holder)\(address)")
        }
        guard report.isDatabaseRead else {
            return Check(
                "store",
                "\(sizes), journal sound; the last service was killed: the next start checks the database")
        }
        return Check("store", "\(sizes), sound" + perYear(report))
    }

    /// What a point takes here, and so a series in a year.
    private static func perYear(_ report: DirectoryReport) -> String {
        guard let size = report.size, size.points > 0 else { return "" }
        let each = Double(size.chunkBytes) / Double(size.points)
        let year = Retention.forever.bytes(pointBytes: each, step: 15_000) / 1e6
        return
            "; \(NumberText.short(each)) bytes a point, which is \(NumberText.short(year)) MB a series a year at a "
            + "point in 15s"
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 10 << 20 ? "\(bytes >> 20) MiB" : bytes >= 10 << 10 ? "\(bytes >> 10) KiB" : "\(bytes) bytes"
    }
}

// Open chunks: at most one a series, after all its other chunks. So readers need not look for an overlap, and a late
// point, which is merged into what is closed, never falls into one that its owner still fills.

extension ChunkShelf {
    /// Stores the open chunk of a series in the place of the one before.
    ///
    /// One of another first time is closed. Where the new one does not come after everything else it is stored as a
    /// closed chunk is.
    mutating func store(head: StoredChunk) throws(StorageError) {
        precondition(head.first <= head.last, "a chunk from \(head.first) to \(head.last)")
        if let old = try self.head(of: head.series) {
            // It grew where it is: what comes before it still does.
            if old.first == head.first { return try setHead(of: head.series, to: head) }
            try close(old)
        }
        let below = try floor(head.series, head.last)
        if below.map({ $0.last < head.first }) ?? true, try next(head.series, after: head.first) == nil {
            try setHead(of: head.series, to: head)
        } else {
            try setHead(of: head.series, to: nil)
            try store(head)
        }
    }

    /// Stores a closed chunk: it takes the place of the open one that it grew from.
    mutating func store(closed chunk: StoredChunk) throws(StorageError) {
        if let open = try head(of: chunk.series), open.first <= chunk.last {
            if open.first == chunk.first {
                try setHead(of: chunk.series, to: nil)
            } else {
                try close(open)
            }
        }
        try store(chunk)
    }

    /// Makes an open chunk one of the others.
    private mutating func close(_ head: StoredChunk) throws(StorageError) {
        try setHead(of: head.series, to: nil)
        try store(head)
    }

    /// Closes the open chunk of a series when some late points belong after its begin.
    mutating func close(headOf series: UInt32, before late: PointColumns) throws(StorageError) {
        guard let last = late.times.last, let open = try head(of: series), open.first <= last else { return }
        try close(open)
    }
}

import Dispatch
import Glibc
import Networking
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
    @Test func `every job runs once`() throws {
        let pool = WorkerPool(threads: 3, capacity: 100_000)
        let counts = Mutex([Int](repeating: 0, count: 8000))
        try atOnce(8) { producer in
            for i in 0..<1000 {
                let isQueued = pool.submit { counts.withLock { $0[producer * 1000 + i] += 1 } }
                #expect(isQueued)
            }
        }
        pool.stop()
        #expect(counts.withLock { $0.allSatisfy { $0 == 1 } })
        #expect(pool.queued == 0 && pool.running == 0)
    }

    @Test func `a full queue refuses, and room is taken again`() throws {
        let pool = WorkerPool(threads: 2, capacity: 3)
        let gate = DispatchSemaphore(value: 0)
        let done = Atomic(0)
        let job: WorkerPool.Job = {
            gate.wait()
            done.add(1, ordering: .relaxed)
        }
        for _ in 0..<2 { #expect(pool.submit(job)) }
        while pool.running < 2 { usleep(1000) }
        for _ in 0..<3 { #expect(pool.submit(job)) }
        #expect(!pool.submit(job))
        #expect(pool.queued == 3 && pool.running == 2)
        gate.signal()
        while pool.queued > 2 { usleep(1000) }
        #expect(pool.submit(job))
        for _ in 0..<5 { gate.signal() }
        pool.stop()
        #expect(done.load(ordering: .relaxed) == 6)
    }

    @Test func `one thread keeps the order`() {
        let pool = WorkerPool(threads: 1, capacity: 1000)
        let order = Mutex<[Int]>([])
        for i in 0..<1000 {
            let isQueued = pool.submit { order.withLock { $0.append(i) } }
            #expect(isQueued)
        }
        pool.stop()
        #expect(order.withLock { $0 } == Array(0..<1000))
    }

    @Test func `stopping drains, refuses, and may be repeated`() {
        let pool = WorkerPool(threads: 1, capacity: 10)
        let done = Atomic(0)
        for _ in 0..<5 {
            let isQueued = pool.submit {
                usleep(2000)
                done.add(1, ordering: .relaxed)
            }
            #expect(isQueued)
        }
        pool.stop()
        #expect(done.load(ordering: .relaxed) == 5)
        let isLate = pool.submit {}
        #expect(!isLate)
        pool.stop()
        WorkerPool(threads: 4, capacity: 1).stop()
    }

    @Test func `a job may own its pool`() {
        let done = Atomic(false)
        do {
            let pool = WorkerPool(threads: 1, capacity: 1)
            let isQueued = pool.submit { [pool] in
                usleep(2000)
                _ = pool.queued
                done.store(true, ordering: .releasing)
            }
            #expect(isQueued)
        }
        while !done.load(ordering: .acquiring) { usleep(1000) }
    }

    @Test func `a job has a stack for LAPACK`() {
        let pool = WorkerPool(threads: 1, capacity: 1)
        let sum = Atomic(0)
        let isQueued = pool.submit {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 20) { buffer in
                buffer.initialize(repeating: 1)
                sum.store(buffer.reduce(0) { $0 + Int($1) }, ordering: .relaxed)
            }
        }
        #expect(isQueued)
        pool.stop()
        #expect(sum.load(ordering: .relaxed) == 1 << 20)
    }
}

// Studies that wait to be read at one node.

import Vocabulary

/// One study on its way.
struct SimulatedStudy {
    var kind: Int32
    var site: Int32
    /// Milliseconds since 1970, as all times here.
    var acquiredAt: Int64
    /// When it was first whole where it could be read; its clock runs from then.
    var readyAt: Int64 = 0
    var dueAt: Int64 = 0
    /// What its reader will take, over what is predicted.
    var factor: Float
    /// The node from which it came last.
    var cameFrom: Int32 = -1
    var hops: UInt8 = 0
    /// It came back once, or was passed on once: it stays.
    var isSettled = false
    /// Where it waits; -1 while it travels or is read.
    var waitsAt: Int32 = -1
    /// Counts its uses of this place in memory, so that an old reference is known as old.
    var generation: UInt32 = 0
}

/// First come, first served within a kind and priority; what is taken out of the middle leaves a hole that is skipped.
struct WaitingLine {
    private var studies: ContiguousArray<Int32> = []
    private var head = 0
    private(set) var count = 0

    mutating func append(_ study: Int32) {
        studies.append(study)
        count += 1
    }

    /// The first that still waits.
    mutating func first(where isWaiting: (Int32) -> Bool) -> Int32? {
        while head < studies.count {
            let study = studies[head]
            if study >= 0, isWaiting(study) { return study }
            head += 1
        }
        compact()
        return nil
    }

    mutating func removeFirst() {
        head += 1
        count -= 1
        if head > 1024, head * 2 > studies.count { compact() }
    }

    /// Takes a study out that is passed on or recalled.
    mutating func remove(_ study: Int32) {
        guard let index = studies[head...].lastIndex(of: study) else { return }
        studies[index] = -1
        count -= 1
    }

    /// Everything that waits, oldest first.
    var all: some Sequence<Int32> { studies[head...].lazy.filter { $0 >= 0 } }

    private mutating func compact() {
        studies.removeFirst(head)
        head = 0
    }
}

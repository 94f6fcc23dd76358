// Writing a file past the kernel's page cache.

internal import CLinux
import Glibc
import Observability

/// Appends to a file in large aligned pieces that go straight to the disk (`O_DIRECT`). What is flushed before anybody is
/// told "success" gains nothing from a copy in the page cache, and where memory was never touched before, as in a virtual
/// machine, making that copy costs more than everything else about an instance.
///
/// The first bytes are cached all the same, for the header is read next, and so is the end that fills no block. Where the
/// file system has no direct writing, everything is cached. Nothing is safe before the file is flushed, either way.
struct UncachedWriter: ~Copyable {
    private let descriptor: Int32
    private let piece = Piece.take()
    /// How much of `piece` is filled.
    private var filled = 0
    /// Where `piece` begins in the file: a multiple of `block`.
    private var offset = 0
    private var isDirect = false
    private var canBeDirect = true

    /// Enough for the header of nearly every instance.
    private static let cachedHead = 32 << 10
    /// Below this, one more wait for the disk costs more than the cache.
    private static let smallestDirect = 64 << 10
    private static let block = Piece.alignment
    private var buffer: UnsafeMutableRawBufferPointer { piece.bytes }

    /// - Parameter descriptor: of an empty file, open for writing, without status flags; stays its owner's.
    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { piece.give() }

    /// Throws `.storageFull` or `.io`.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = min(rest.count, buffer.count - filled)
            UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            filled += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            if filled == buffer.count { try empty() }
        }
    }

    /// Hands the end to the kernel and starts its way to the disk. Nothing can be appended after it.
    mutating func finish() throws {
        try empty()
        _ = CLinux_start_write_back(descriptor, 0, 0)
    }

    private mutating func empty() throws {
        let head = offset == 0 ? min(filled, Self.cachedHead) : 0
        let whole = (filled - head) / Self.block * Self.block
        let direct = whole >= Self.smallestDirect ? whole : 0
        if head > 0 { try write(0..<head, direct: false) }
        if direct > 0 { try write(head..<head + direct, direct: true) }
        if head + direct < filled { try write(head + direct..<filled, direct: false) }
        // A large object would fill memory with what is not on disk yet. A failure shows when the file is flushed.
        if !canBeDirect { _ = CLinux_start_write_back(descriptor, 0, 0) }
        offset += filled
        filled = 0
    }

    private mutating func write(_ range: Range<Int>, direct: Bool) throws {
        set(direct: direct)
        var done = range.lowerBound
        while done < range.upperBound {
            let count = pwrite(
                descriptor, buffer.baseAddress! + done, range.upperBound - done, off_t(offset + done))
            if count >= 0 {
                done += count
                // A direct write may stop within a block, and cannot go on from there.
                if isDirect, done % Self.block != 0 { set(direct: false) }
                continue
            }
            if errno == EINTR { continue }
            if errno == EINVAL, isDirect {
                canBeDirect = false
                set(direct: false)
                continue
            }
            throw DICOMError(errno: errno, doing: "writing an instance's file")
        }
    }

    private mutating func set(direct: Bool) {
        guard direct != isDirect, canBeDirect || !direct else { return }
        if CLinux_set_direct(descriptor, direct ? 1 : 0) == 0 {
            isDirect = direct
        } else if direct {
            canBeDirect = false
        }
    }
}

/// Memory that a direct write may come from. A few are kept: new memory would be cleared by the kernel for each instance,
/// page by page. Of one writer at a time.
private final class Piece: @unchecked Sendable {
    static let alignment = 4096
    private static let size = 256 << 10
    private static let mostKept = 4
    private static let kept = LockedBox<[Piece]>([])

    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: alignment)

    private init() {}

    deinit { bytes.deallocate() }

    static func take() -> Piece { kept.withLock { $0.popLast() } ?? Piece() }

    func give() {
        Self.kept.withLock { if $0.count < Self.mostKept { $0.append(self) } }
    }
}

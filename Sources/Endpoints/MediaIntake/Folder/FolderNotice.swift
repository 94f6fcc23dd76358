// The kernel's word that something happened in a folder.

import Glibc
import Observability
import SystemPackage

/// inotify, as a reason to look sooner and as proof that a file came under its name as a whole. Where the kernel knows
/// nothing (network shares) or has no watches left, the looks at intervals find everything all the same.
final class FolderNotice: Sendable {
    private struct State {
        /// Watch descriptors and their folders.
        var folders: [Int32: FilePath] = [:]
        var watched: Set<FilePath> = []
        var renamedIn: Set<FilePath> = []
        var isShort = false
    }

    private let descriptor: Int32
    private let state = LockedBox(State())
    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
    private static let mostRenamed = 100_000

    init() { descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Not every folder could be watched.
    var isShort: Bool { state.withLock { $0.isShort } || descriptor < 0 }

    func watch(_ folders: [FilePath]) {
        guard descriptor >= 0 else { return }
        state.withLock { state in
            for folder in folders where !state.watched.contains(folder) {
                let number = folder.withPlatformString { inotify_add_watch(descriptor, $0, Self.mask) }
                guard number >= 0 else {
                    state.isShort = true
                    continue
                }
                state.folders[number] = folder
                state.watched.insert(folder)
            }
        }
    }

    /// Blocks until something happens, or for so many milliseconds.
    ///
    /// - Returns: whether something happened.
    func wait(_ milliseconds: Int32) -> Bool {
        guard descriptor >= 0 else {
            usleep(UInt32(milliseconds) * 1000)
            return false
        }
        var place = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&place, 1, milliseconds) > 0 else { return false }
        collect()
        return true
    }

    /// Reads what is there.
    func collect() {
        guard descriptor >= 0 else { return }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count > 0 else { return }
            note(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private func note(_ bytes: UnsafeRawBufferPointer) {
        let head = MemoryLayout<inotify_event>.size
        state.withLock { state in
            var offset = 0
            while offset + head <= bytes.count {
                let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                let name = bytes[(offset + head)..<min(offset + head + Int(event.len), bytes.count)]
                offset += head + Int(event.len)
                if event.mask & UInt32(IN_IGNORED | IN_MOVE_SELF) != 0 {
                    // Gone, or under another name; the next look finds what is there now.
                    if let folder = state.folders.removeValue(forKey: event.wd) { state.watched.remove(folder) }
                    continue
                }
                guard let folder = state.folders[event.wd], let component = Self.component(name) else { continue }
                let path = folder.appending(component)
                if event.mask & UInt32(IN_MOVED_TO) != 0, event.mask & UInt32(IN_ISDIR) == 0 {
                    if state.renamedIn.count < Self.mostRenamed { state.renamedIn.insert(path) }
                } else if event.mask & UInt32(IN_MODIFY) != 0 {
                    state.renamedIn.remove(path)
                }
            }
        }
    }

    private static func component(_ name: Slice<UnsafeRawBufferPointer>) -> FilePath.Component? {
        let bytes = name.prefix { $0 != 0 }.map { CInterop.PlatformChar(bitPattern: $0) } + [0]
        return bytes.count > 1
            ? bytes.withUnsafeBufferPointer { FilePath.Component(platformString: $0.baseAddress!) } : nil
    }

    /// The file (absolute) was renamed to its name and has not been written to since.
    func wasRenamedIn(_ path: FilePath) -> Bool { state.withLock { $0.renamedIn.contains(path) } }

    func forget(_ path: FilePath) { state.withLock { _ = $0.renamedIn.remove(path) } }
}

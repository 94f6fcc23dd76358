// What a node and its decode workers say to each other.

import Foundation

/// Why the other end gave no answer.
enum WireFault: Error, Hashable {
    case closed
    case late
    case nonsense
}

/// A stream socket between two processes. A question is a header, the request as JSON, the codestream; an answer is a
/// header, a text, the pixels. One question at a time.
struct DecodeWire {
    let descriptor: Int32

    /// Counts of bytes that follow, native order.
    struct Header {
        /// 0 in questions and good answers; 1 where the text tells an error.
        var kind: UInt32 = 0
        var text: UInt32
        var bytes: UInt64
    }

    /// The longest text either side believes.
    static let longestText = 4096

    /// A text of an answer that tells an error.
    struct Failure: Codable {
        var code: String
        var message: String
    }

    // MARK: Sending

    /// Without a deadline it waits for as long as the other end lives.
    func send(_ header: Header, _ text: [UInt8], _ bytes: [UInt8], until deadline: ContinuousClock.Instant?) throws {
        try withUnsafeBytes(of: header) { try send($0, deadline) }
        try text.withUnsafeBytes { try send($0, deadline) }
        try bytes.withUnsafeBytes { try send($0, deadline) }
    }

    private func send(_ bytes: UnsafeRawBufferPointer, _ deadline: ContinuousClock.Instant?) throws {
        var sent = 0
        while sent < bytes.count {
            try wait(for: POLLOUT, deadline)
            let flags = Int32(MSG_NOSIGNAL) | (deadline == nil ? 0 : Int32(MSG_DONTWAIT))
            let count = Glibc.send(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
            if count < 0 && errno != EINTR && errno != EAGAIN { throw WireFault.closed }
            sent += max(0, count)
        }
    }

    // MARK: Receiving

    /// `nil` where the other end has closed between two messages.
    func header(until deadline: ContinuousClock.Instant?) throws -> Header? {
        var header = Header(text: 0, bytes: 0)
        let isThere = try withUnsafeMutableBytes(of: &header) { try receive($0, deadline, mayEnd: true) }
        return isThere ? header : nil
    }

    func bytes(_ count: Int, until deadline: ContinuousClock.Instant?) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            _ = try receive(UnsafeMutableRawBufferPointer(buffer), deadline, mayEnd: false)
            filled = count
        }
    }

    private func receive(
        _ bytes: UnsafeMutableRawBufferPointer, _ deadline: ContinuousClock.Instant?, mayEnd: Bool
    ) throws -> Bool {
        var received = 0
        while received < bytes.count {
            try wait(for: POLLIN, deadline)
            let flags = deadline == nil ? 0 : Int32(MSG_DONTWAIT)
            let count = recv(descriptor, bytes.baseAddress?.advanced(by: received), bytes.count - received, flags)
            if count == 0 && mayEnd && received == 0 { return false }
            if count == 0 || count < 0 && errno != EINTR && errno != EAGAIN { throw WireFault.closed }
            received += max(0, count)
        }
        return true
    }

    /// A worker may not poll, and need not: it has no deadline.
    private func wait(for event: Int32, _ deadline: ContinuousClock.Instant?) throws {
        guard let deadline else { return }
        while true {
            let left = deadline - .now
            guard left > .zero else { throw WireFault.late }
            let milliseconds = Int32(clamping: left.components.seconds * 1000 + 1000)
            var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let isExact = left.components.seconds == 0
            let count = poll(&entry, 1, isExact ? Int32(left / .milliseconds(1)) + 1 : milliseconds)
            if count > 0 { return }
        }
    }
}

// DIMSE messages over an association (PS3.7 9, PS3.8 E): what SCP and SCU share.

import Foundation
import Vocabulary

/// Sends and receives messages. Belongs to the association's thread, as the upper layer does.
final class DIMSEChannel {
    /// How slowly a stranger may send.
    struct ReceivingPatience {
        /// For all of a command.
        var command: Duration
        /// Bytes per second of a data set, after the progress timeout.
        var minimumRate: Int
    }

    struct Message {
        var context: AcceptedContext
        var command: CommandSet
    }

    /// A data set that is not an instance, such as an identifier, may not be larger.
    static let dataSetLimit = 1 << 20
    /// Bytes of a PDU where each asks before it leaves; even.
    private static let pacedLength = 32_768

    let upper: UpperLayer
    let contexts: [UInt8: AcceptedContext]
    /// For the next PDU in the middle of a message, either way; `nil` waits for ever.
    var progressTimeout: Duration?
    /// For strangers' messages, which have `progressTimeout` as well.
    private let patience: ReceivingPatience?

    init(
        upper: UpperLayer, contexts: [AcceptedContext], progressTimeout: Duration?, patience: ReceivingPatience? = nil
    ) {
        self.upper = upper
        self.patience = patience
        self.contexts = Dictionary(contexts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.progressTimeout = progressTimeout
    }

    func violation(_ what: String) -> DICOMError {
        DICOMError(code: .protocolViolation, message: "\(upper.peer) broke the DICOM protocol: \(what)")
    }

    // MARK: Receiving

    /// The next command; `nil` when the peer asks to release the association. `timeout` is for its first byte.
    func receiveCommand(timeout: Duration?) throws -> Message? {
        var bytes: [UInt8] = []
        var contextID: UInt8?
        var wait = timeout
        var end: ContinuousClock.Instant?
        while true {
            guard case .value(let id, let isCommand, let isLast, let value) = try upper.receive(timeout: wait) else {
                guard contextID == nil else { throw violation("release in the middle of a command") }
                return nil
            }
            guard isCommand, contextID == nil || contextID == id else { throw violation("command expected") }
            guard bytes.count + value.count <= CommandSet.limit else { throw violation("endless command") }
            bytes.append(contentsOf: value)
            contextID = id
            guard isLast else {
                end = end ?? patience.map { .now + $0.command }
                wait = try left(until: end)
                continue
            }
            guard let context = contexts[id] else { throw violation("context \(id) was not accepted") }
            guard let command = CommandSet(decoding: bytes) else { throw violation("unreadable command") }
            return Message(context: context, command: command)
        }
    }

    /// Hands every piece of the data set that follows a command to `body`.
    func receiveDataSet(of message: Message, _ body: (UnsafeRawBufferPointer) -> Void) throws {
        guard message.command.hasDataSet else { return }
        let start = ContinuousClock.now
        var received = 0
        while true {
            let end = progressTimeout.flatMap { progress in
                patience.map { start + progress + .milliseconds(received * 1000 / max($0.minimumRate, 1)) }
            }
            guard
                case .value(let id, let isCommand, let isLast, let bytes) = try upper.receive(timeout: left(until: end))
            else { throw violation("release in the middle of a data set") }
            guard !isCommand, id == message.context.id else { throw violation("data set expected") }
            received += bytes.count
            if !bytes.isEmpty { body(bytes) }
            if isLast { return }
        }
    }

    /// How long to wait for the next PDU, when all of them must be there by `end`.
    private func left(until end: ContinuousClock.Instant?) throws -> Duration? {
        guard let progressTimeout, let end else { return progressTimeout }
        let left = end - .now
        guard left > .zero else {
            throw DICOMError(code: .timedOut, message: "\(upper.peer) sends a message so slowly that it was ended")
        }
        return min(left, progressTimeout)
    }

    /// The whole data set; `nil` when it exceeds the limit (it is read to its end nevertheless).
    func collectDataSet(of message: Message) throws -> Data? {
        var data = Data()
        var fits = true
        try receiveDataSet(of: message) { bytes in
            fits = fits && data.count + bytes.count <= Self.dataSetLimit
            if fits { data.append(contentsOf: bytes) }
        }
        return fits ? data : nil
    }

    /// Receives the instance of a C-STORE-RQ into a sink and answers. Whatever is wrong with the object becomes a status;
    /// only what is wrong with the association is thrown.
    func receiveInstance(_ message: Message, begin: (StoreCommand) throws -> any StoreSink) throws {
        var sink: (any StoreSink)?
        var response: StoreResponse?
        if message.command.hasDataSet {
            do {
                sink = try begin(StoreCommand(message.command, context: message.context))
            } catch {
                response = StoreResponse(answering: error)
            }
        } else {
            response = StoreResponse(status: .cannotUnderstand, errorComment: "C-STORE without a data set")
        }
        do {
            try receiveDataSet(of: message) { bytes in
                guard let open = sink else { return }
                do {
                    try open.write(bytes)
                } catch {
                    open.abandon()
                    sink = nil
                    response = StoreResponse(answering: error)
                }
            }
        } catch {
            sink?.abandon()
            throw error
        }
        let answer = sink?.finish() ?? response ?? StoreResponse(status: .processingFailure)
        var command = CommandSet(respondingTo: message.command, status: answer.status)
        if let comment = answer.errorComment { command.set(.errorComment, text: comment, limit: 64) }
        try send(command, context: message.context.id)
    }

    // MARK: Sending

    func send(_ command: CommandSet, context: UInt8, dataSet: Data? = nil) throws {
        var command = command
        if dataSet != nil { command[.dataSetType] = 0x0001 }
        try send(command.encoded(), context: context, isCommand: true)
        if let dataSet { try send(dataSet, context: context, isCommand: false) }
    }

    private func send(_ data: Data, context: UInt8, isCommand: Bool) throws {
        try data.withUnsafeBytes {
            try upper.send(contextID: context, isCommand: isCommand, isLast: true, bytes: $0, timeout: progressTimeout)
        }
    }

    /// C-STORE-RQ and the file's data set, bit for bit. Does not wait for the answer.
    func sendInstance(
        _ instance: OutgoingInstance, file: OpenInstanceFile, context: AcceptedContext, messageID: UInt16,
        priority: DIMSEPriority, pace: PacingHook?
    ) throws {
        var command = CommandSet(.storeRequest)
        command[.messageID] = messageID
        command[.priority] = priority.rawValue
        command[.dataSetType] = 0x0001
        let meta = file.metaInformation
        command.set(.affectedSOPClassUID, uid: instance.sopClassUID ?? meta.mediaStorageSOPClassUID)
        command.set(.affectedSOPInstanceUID, uid: instance.sopInstanceUID ?? meta.mediaStorageSOPInstanceUID)
        try pace?(0)
        try send(command, context: context.id)
        // Whoever waits for this association to pause waits for the end of a PDU.
        let length = pace == nil ? upper.sendLength : min(upper.sendLength, Self.pacedLength)
        try file.forEachChunk(of: length) { bytes, isLast in
            try pace?(bytes.count)
            try upper.send(
                contextID: context.id, isCommand: false, isLast: isLast, bytes: bytes, timeout: progressTimeout)
        }
    }
}

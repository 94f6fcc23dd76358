// DCMTK's process-wide set-up.

internal import CDCMTK
import Logging
import Observability

/// Dictionary, codecs and log of DCMTK, once per process and before anything else here that touches the network.
package enum DCMTKRuntime {
    private static let logger = LockedBox<Logger?>(nil)

    private static let result: Result<Void, DICOMError> = {
        let status = CDCMTK_runtime_start { level, name, message in
            DCMTKRuntime.forward(level: level, name: name, message: message)
        }
        if status == 0 { return .success(()) }
        if status == -2 {
            return .failure(DICOMError(code: .other, message: "DCMTK's network cannot be prepared in this process"))
        }
        return .failure(
            DICOMError(
                code: .missingDictionary,
                message: "DCMTK's data dictionary is missing: install the package libdcmtk17, "
                    + "or point DCMDICTPATH to dicom.dic"))
    }()

    /// Calling it again does nothing. `logger` receives DCMTK's network warnings; the logger of the first call stays.
    package static func start(logger: Logger) throws {
        Self.logger.withLock { if $0 == nil { $0 = logger } }
        try result.get()
    }

    /// An object of this thread is over: what DCMTK had to say about it is one line.
    static func finishObject(from address: String) {
        let count = CDCMTK_log_next_object()
        guard count > 0, let logger = Self.logger.withLock({ $0 }) else { return }
        logger.log(
            .notice, "DCMTK warned about what a peer sent; log.level debug shows the first lines",
            [.address: "\(address)", .count: "\(count)"])
    }

    /// On whichever thread DCMTK logs.
    private static func forward(level: Int32, name: UnsafePointer<CChar>?, message: UnsafePointer<CChar>?) {
        guard let name, let message, let logger = Self.logger.withLock({ $0 }) else { return }
        let mapped: Logger.Level = level >= 3 ? .debug : .trace
        // It may quote what a peer sent, and a line of the log is a line.
        let text = "\(String(cString: name)): \(String(cString: message))".prefix(300)
            .map { $0.isNewline || $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : $0 }
        logger.log(mapped, "DCMTK", [.reason: "\(String(text))"])
    }
}

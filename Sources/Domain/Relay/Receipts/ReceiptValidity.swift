// When a receipt certificate may have signed.

import Foundation
import Vocabulary
import X509

/// A receipt outlives its certificate; a certificate signs nothing before its time and nothing after its end.
package struct ReceiptValidity: Hashable, Sendable {
    /// Clocks of townships are wrong; a day more or less must not cost a proof.
    private static let clockTolerance: Duration = .seconds(24 * 60 * 60)

    package let from: Timestamp
    package let until: Timestamp

    init(_ certificate: Certificate) {
        from = Timestamp(certificate.notValidBefore)
        until = Timestamp(certificate.notValidAfter)
    }

    func covers(_ time: Timestamp) -> Bool { from - Self.clockTolerance <= time && endsAfter(time) }

    func endsAfter(_ time: Timestamp) -> Bool { time <= until + Self.clockTolerance }
}

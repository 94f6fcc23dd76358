// Several certificates in one text.

import SwiftASN1
import X509

enum PEMBundle {
    static func certificates(in text: String) throws -> [Certificate] {
        try PEMDocument.parseMultiple(pemString: text)
            .filter { $0.discriminator == Certificate.defaultPEMDiscriminator }
            .map { try Certificate(pemDocument: $0) }
    }
}

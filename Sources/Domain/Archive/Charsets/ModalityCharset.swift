// What operators know about how modalities write.

import DICOM
import Database
import Vocabulary

/// All text from this source, or from one of its stations or makers, is written in `encoding`, whatever it declares.
package struct ModalityCharset: Hashable, Sendable {
    /// A modality's calling AE title, or a watched folder's name.
    package var source: String
    /// Station Name (0008,1010) and Manufacturer (0008,0070), as the header has them; empty for all.
    package var station = ""
    package var manufacturer = ""
    package var encoding: CharacterEncoding
    package var setBy: String
    package var setAt: Timestamp

    package init(
        source: String, station: String = "", manufacturer: String = "", encoding: CharacterEncoding, setBy: String,
        setAt: Timestamp
    ) {
        self.source = source
        self.station = station
        self.manufacturer = manufacturer
        self.encoding = encoding
        self.setBy = setBy
        self.setAt = setAt
    }

    func covers(station: String?, manufacturer: String?) -> Bool {
        (self.station.isEmpty || self.station == station ?? "")
            && (self.manufacturer.isEmpty || self.manufacturer == manufacturer ?? "")
    }

    /// The more a setting names, the more it counts.
    fileprivate var precision: Int { (station.isEmpty ? 0 : 2) + (manufacturer.isEmpty ? 0 : 1) }
}

extension Sequence<ModalityCharset> {
    /// What is set for a series of one of these sources.
    package func encoding(station: String?, manufacturer: String?) -> CharacterEncoding? {
        filter { $0.covers(station: station, manufacturer: manufacturer) }.max { $0.precision < $1.precision }?.encoding
    }
}

/// How a study's texts are read, by an operator's word here or at the node it came from.
package struct StudyCharset: Hashable, Codable, Sendable {
    package var study: StudyInstanceUID
    /// `nil`: as declared, or guessed; the word was taken back.
    package var encoding: CharacterEncoding?
    /// By the clock of the node where the operator said it: the newest word counts.
    package var setAt: Timestamp

    package init(study: StudyInstanceUID, encoding: CharacterEncoding?, setAt: Timestamp) {
        self.study = study
        self.encoding = encoding
        self.setAt = setAt
    }
}

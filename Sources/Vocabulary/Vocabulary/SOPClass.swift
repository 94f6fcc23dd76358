// SOP classes.

/// A service-object pair class (PS3.4, PS3.6 A).
package struct SOPClass: UniqueIdentifier {
    package let rawValue: String
    package init(unchecked value: String) { rawValue = value }

    package static let verification = SOPClass(unchecked: "1.2.840.10008.1.1")
    package static let studyRootGet = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.2.2.3")
    package static let patientRootGet = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.2.1.3")
    package static let ctImage = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.2")
    package static let mrImage = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.4")
    package static let crImage = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.1")
    package static let dxImageForPresentation = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.1.1")
    package static let usImage = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.6.1")
    package static let usMultiFrameImage = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.3.1")
    package static let secondaryCapture = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.7")
    package static let basicTextSR = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.11")
    package static let encapsulatedPDF = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.104.1")

    /// The composite storage classes of PS3.4 B.5 stand below these roots; classes retired or added since are known by
    /// their place, so that a modality newer than this program is not turned away.
    /// Media Storage Directory Storage (PS3.4 I.4): a DICOMDIR. Nobody stores it.
    package static let mediaDirectory = SOPClass(unchecked: "1.2.840.10008.1.3.10")

    package var isStorage: Bool {
        rawValue.hasPrefix("1.2.840.10008.5.1.4.1.1.")
            || rawValue.hasPrefix("1.2.840.10008.5.1.4.34.7") || rawValue.hasPrefix("1.2.840.10008.5.1.4.34.10")
            || rawValue.hasPrefix("1.2.840.10008.5.1.4.43.1") || rawValue.hasPrefix("1.2.840.10008.5.1.4.44.1")
            || rawValue.hasPrefix("1.2.840.10008.5.1.4.45.1")
    }
}

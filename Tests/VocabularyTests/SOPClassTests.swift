import Testing
import Vocabulary

@Suite("SOP classes")
struct SOPClassTests {
    @Test(
        "are stored when they are composite objects, those newer than this program among them",
        arguments: [
            SOPClass.ctImage, .mrImage, .crImage, .dxImageForPresentation, .usImage, .usMultiFrameImage,
            .secondaryCapture, .basicTextSR, .encapsulatedPDF,
            // Enhanced CT, Grayscale Softcopy Presentation State, Key Object Selection, RT Dose, retired NM,
            // Breast Tomosynthesis, Hanging Protocol, one that PS3.6 doesn't list yet.
            SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.2.1"), SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.11.1"),
            SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.59"), SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.481.2"),
            SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.5"), SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.13.1.3"),
            SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.9999.1"),
        ])
    func storage(sopClass: SOPClass) {
        #expect(sopClass.isStorage)
    }

    @Test(
        "are not stored when they are services",
        arguments: [
            SOPClass.verification, .studyRootGet, .patientRootGet,
            // Study Root Find, Modality Worklist Find, Storage Commitment Push, MPPS, Basic Film Session, UPS Push,
            // Media Storage Directory, a private class.
            SOPClass(unchecked: "1.2.840.10008.5.1.4.1.2.2.1"), SOPClass(unchecked: "1.2.840.10008.5.1.4.31"),
            SOPClass(unchecked: "1.2.840.10008.1.20.1"), SOPClass(unchecked: "1.2.840.10008.3.1.2.3.3"),
            SOPClass(unchecked: "1.2.840.10008.5.1.1.1"), SOPClass(unchecked: "1.2.840.10008.5.1.4.34.6.1"),
            SOPClass(unchecked: "1.2.840.10008.1.3.10"), SOPClass(unchecked: "1.2.826.0.1.3680043.2.1"),
        ])
    func services(sopClass: SOPClass) {
        #expect(!sopClass.isStorage)
    }
}

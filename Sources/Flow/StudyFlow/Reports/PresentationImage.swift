// What a presentation state must repeat of an image, read from its file.

import Archive
import DICOM
import Vocabulary

struct PresentationImage {
    var image: PresentationState.Image
    var values: PresentationState.Values

    /// `nil` for an image in colours, one that is not here or can't be read, and one whose stored values become what its
    /// window is about by a table, which the state would have to repeat.
    init?(
        _ record: InstanceRecord, _ frame: Int, _ measurements: [ImageMeasurement], _ store: any InstanceStore
    ) {
        guard record.isHere else { return nil }
        do {
            try self.init(reading: record, frame, measurements, store)
        } catch {
            return nil
        }
    }

    private init?(
        reading record: InstanceRecord, _ frame: Int, _ measurements: [ImageMeasurement], _ store: any InstanceStore
    ) throws {
        guard let rows = record.rows, let columns = record.columns else { return nil }
        let dataSet = try DICOMFile(store.url(of: record.path).path).dataSet()
        guard let photometric = try dataSet.string(.photometricInterpretation), photometric.hasPrefix("MONOCHROME"),
            dataSet.items(.modalityLUTSequence).isEmpty
        else { return nil }
        let measures = Self.group(.pixelMeasuresSequence, of: frame, in: dataSet)
        var spacing = try measures?.numbers(.pixelSpacing) ?? []
        if spacing.count != 2 { spacing = try dataSet.numbers(.pixelSpacing) }
        let aspect = try dataSet.strings(.pixelAspectRatio)
        let window = measurements.last { $0.window != nil }?.window
        image = PresentationState.Image(
            reference: .init(record: record), frame: (record.numberOfFrames ?? 1) > 1 ? frame : nil, rows: rows,
            columns: columns, spacing: spacing.count == 2 ? spacing : nil, aspect: aspect.count == 2 ? aspect : nil,
            window: window, area: measurements.last { $0.area != nil }?.area, measurements: measurements)
        // An enhanced object says for each frame how its values are meant.
        let meant = Self.group(.pixelValueTransformationSequence, of: frame, in: dataSet) ?? dataSet
        let isInverse = try photometric == "MONOCHROME1" || dataSet.string(.presentationLUTShape) == "INVERSE"
        values = PresentationState.Values(
            intercept: try meant.string(.rescaleIntercept), slope: try meant.string(.rescaleSlope),
            type: try meant.string(.rescaleType), isInverse: window?.inverted ?? isInverse)
    }

    /// What the functional groups say of one frame, from 1: its own, else what is shared (PS3.3 C.7.6.16).
    private static func group(_ tag: Tag, of frame: Int, in dataSet: DataSet) -> DataSet? {
        let frames = dataSet.items(.perFrameFunctionalGroups)
        let own = frames.indices.contains(frame - 1) ? frames[frame - 1].items(tag).first : nil
        return own ?? dataSet.items(.sharedFunctionalGroups).first?.items(tag).first
    }
}

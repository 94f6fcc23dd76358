// How a reader left the images of a series: annotations, window, part shown.

import Foundation
import Vocabulary

/// Builds a Grayscale Softcopy Presentation State (PS3.3 A.33.1): what any viewer can lay over the images to show them as
/// they were measured. All images of one state share their modality LUT, which the state repeats (C.11.10).
package struct PresentationState: Sendable {
    /// What must be alike in all images of one state.
    package struct Values: Hashable, Sendable {
        package var intercept: String?
        package var slope: String?
        package var type: String?
        /// Shown with small values white.
        package var isInverse: Bool

        package init(intercept: String? = nil, slope: String? = nil, type: String? = nil, isInverse: Bool = false) {
            self.intercept = intercept
            self.slope = slope
            self.type = type
            self.isInverse = isInverse
        }
    }

    package struct Image: Hashable, Sendable {
        package var reference: BasicTextSR.Reference
        /// `nil` where the object has no frames attribute.
        package var frame: Int?
        package var rows: Int
        package var columns: Int
        /// Between rows, between columns, in millimetres.
        package var spacing: [Double]?
        /// Height to width of a pixel, where there is no spacing; `nil`: square.
        package var aspect: [String]?
        package var window: ImageMeasurement.Window?
        /// Left, top, right, bottom, in pixels.
        package var area: [Int]?
        package var measurements: [ImageMeasurement]

        package init(
            reference: BasicTextSR.Reference, frame: Int?, rows: Int, columns: Int, spacing: [Double]? = nil,
            aspect: [String]? = nil, window: ImageMeasurement.Window? = nil, area: [Int]? = nil,
            measurements: [ImageMeasurement]
        ) {
            self.reference = reference
            self.frame = frame
            self.rows = rows
            self.columns = columns
            self.spacing = spacing
            self.aspect = aspect
            self.window = window
            self.area = area
            self.measurements = measurements
        }
    }

    package var subject: ReportSubject
    package var identity: ReportObjectIdentity
    package var creator: String
    package var values: Values
    package var images: [Image]

    package init(
        subject: ReportSubject, identity: ReportObjectIdentity, creator: String, values: Values, images: [Image]
    ) {
        self.subject = subject
        self.identity = identity
        self.creator = creator
        self.values = values
        self.images = images
    }

    package func dataSet() -> DataSetBuilder {
        var dataSet = subject.dataSet()
        identity.add(
            to: &dataSet, sopClass: .grayscalePresentationState, modality: "PR", description: "Measurements (display)")
        let (date, time) = DICOMDateTime.dateAndTime(identity.created)
        dataSet.set(.presentationCreationDate, date)
        dataSet.set(.presentationCreationTime, time)
        dataSet.set(.contentLabel, "MEASUREMENTS")
        dataSet.set(.contentDescription, "Measurements of the report")
        dataSet.set(.contentCreatorName, creator)
        dataSet.set(.referencedSeriesSequence, items: [relationship])
        if let slope = values.slope, let intercept = values.intercept {
            dataSet.set(.rescaleIntercept, intercept)
            dataSet.set(.rescaleSlope, slope)
            dataSet.set(.rescaleType, values.type ?? "US")
        }
        let windows = images.compactMap(voi)
        if !windows.isEmpty { dataSet.set(.softcopyVOILUTSequence, items: windows) }
        dataSet.set(.displayedAreaSelectionSequence, items: images.map(displayedArea))
        dataSet.set(.graphicAnnotationSequence, items: images.map(annotations))
        var layer = DataSetBuilder()
        layer.set(.graphicLayer, Self.layer)
        layer.set(.graphicLayerOrder, 1)
        dataSet.set(.graphicLayerSequence, items: [layer])
        dataSet.set(.presentationLUTShape, values.isInverse ? "INVERSE" : "IDENTITY")
        return dataSet
    }

    private static let layer = "MEASUREMENTS"

    /// Series → images (C.11.11). The series is one; an object with several measured frames stands in it once.
    private var relationship: DataSetBuilder {
        var item = DataSetBuilder()
        if let series = images.first?.reference.series { item.set(.seriesInstanceUID, series) }
        let frames = Dictionary(grouping: images, by: \.reference).sorted { $0.key.sopInstance < $1.key.sopInstance }
        item.set(
            .referencedImageSequence,
            items: frames.map { reference, images in
                var item = SRItem.reference(reference)
                let numbers = images.compactMap(\.frame).sorted()
                if !numbers.isEmpty { item.set(.referencedFrameNumber, numbers) }
                return item
            })
        return item
    }

    private func referenced(_ image: Image) -> DataSetBuilder {
        var item = SRItem.reference(image.reference)
        if let frame = image.frame { item.set(.referencedFrameNumber, [frame]) }
        return item
    }

    private func voi(_ image: Image) -> DataSetBuilder? {
        guard let window = image.window, window.width >= 1 else { return nil }
        var item = DataSetBuilder()
        item.set(.referencedImageSequence, items: [referenced(image)])
        item.set(.windowCenter, decimals: [window.center])
        item.set(.windowWidth, decimals: [window.width])
        return item
    }

    /// The part on the screen, from 1 (C.10.4); all of the image where nobody says.
    private func displayedArea(_ image: Image) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.referencedImageSequence, items: [referenced(image)])
        let area = image.area.flatMap { $0.count == 4 && $0[2] > $0[0] && $0[3] > $0[1] ? $0 : nil }
        let shown = area ?? [0, 0, image.columns, image.rows]
        item.set(.displayedAreaTopLeft, [shown[0] + 1, shown[1] + 1])
        item.set(.displayedAreaBottomRight, [shown[2], shown[3]])
        item.set(.presentationSizeMode, "SCALE TO FIT")
        if let spacing = image.spacing, spacing.count == 2, spacing.allSatisfy({ $0 > 0 }) {
            item.set(.presentationPixelSpacing, decimals: spacing)
        } else {
            item.set(.presentationPixelAspectRatio, image.aspect ?? ["1", "1"])
        }
        return item
    }

    private func annotations(_ image: Image) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.referencedImageSequence, items: [referenced(image)])
        item.set(.graphicLayer, Self.layer)
        let graphics = image.measurements.flatMap(PresentationGraphics.objects)
        let words = image.measurements.compactMap(PresentationGraphics.text)
        if !graphics.isEmpty { item.set(.graphicObjectSequence, items: graphics) }
        if !words.isEmpty { item.set(.textObjectSequence, items: words) }
        return item
    }
}

extension PresentationState {
    /// A frame, from 1, that a state is about.
    package struct Shown: Hashable, Sendable {
        package var instance: SOPInstanceUID
        package var frame: Int

        package init(instance: SOPInstanceUID, frame: Int) {
            self.instance = instance
            self.frame = frame
        }
    }

    /// What one of our own states is about: of an object with several frames it names those that it means.
    package static func shown(in dataSet: DataSet) throws -> [Shown] {
        let items = dataSet.items(.referencedSeriesSequence).flatMap { $0.items(.referencedImageSequence) }
        return try items.flatMap { item -> [Shown] in
            guard let instance = try item.string(.referencedSOPInstanceUID).flatMap(SOPInstanceUID.init(rawValue:))
            else { return [] }
            let frames = try item.integers(.referencedFrameNumber)
            return (frames.isEmpty ? [1] : frames).map { Shown(instance: instance, frame: $0) }
        }
    }
}

extension SOPClass {
    package static let grayscalePresentationState = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.11.1")
}

extension Tag {
    static let referencedImageSequence = Tag(0x0008, 0x1140)
    static let softcopyVOILUTSequence = Tag(0x0028, 0x3110)
    static let graphicAnnotationSequence = Tag(0x0070, 0x0001)
    static let graphicLayer = Tag(0x0070, 0x0002)
    static let textObjectSequence = Tag(0x0070, 0x0008)
    static let graphicObjectSequence = Tag(0x0070, 0x0009)
    static let displayedAreaTopLeft = Tag(0x0070, 0x0052)
    static let displayedAreaBottomRight = Tag(0x0070, 0x0053)
    static let displayedAreaSelectionSequence = Tag(0x0070, 0x005A)
    static let graphicLayerSequence = Tag(0x0070, 0x0060)
    static let graphicLayerOrder = Tag(0x0070, 0x0062)
    static let contentLabel = Tag(0x0070, 0x0080)
    static let contentDescription = Tag(0x0070, 0x0081)
    static let presentationCreationDate = Tag(0x0070, 0x0082)
    static let presentationCreationTime = Tag(0x0070, 0x0083)
    static let contentCreatorName = Tag(0x0070, 0x0084)
    package static let presentationLUTShape = Tag(0x2050, 0x0020)
    static let presentationSizeMode = Tag(0x0070, 0x0100)
    static let presentationPixelSpacing = Tag(0x0070, 0x0101)
    static let presentationPixelAspectRatio = Tag(0x0070, 0x0102)
}

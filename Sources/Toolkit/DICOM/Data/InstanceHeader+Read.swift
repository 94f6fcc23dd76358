// Reading the header of an instance.

import Vocabulary

extension InstanceHeader {
    /// Reads up to the pixel data. Throws `.notPart10`, `.io`, or `.malformed` with what is wrong: a structure that cannot
    /// be walked, or an identifying UID that is missing or no UID (see `Identity`).
    ///
    /// - Parameter truth: how the text is really written, where an operator knows.
    package static func read(
        file path: String, limits: StructureLimits = StructureLimits(), truth: CharacterEncoding? = nil
    ) throws -> InstanceHeader {
        try read(DICOMFile(path, limits: limits), limits: limits, truth: truth)
    }

    package static func read(
        _ file: DICOMFile, limits: StructureLimits = StructureLimits(), truth: CharacterEncoding? = nil
    ) throws -> InstanceHeader {
        var walker = file.walker(limits: limits, stopsAtPixelData: true)
        let dataSet = try wanted(&walker, of: file, truth)
        return try read(dataSet, of: file, hasPixelData: walker.stoppedAtPixelData)
    }

    /// What the header would say under each of several truths; the file is read once.
    package static func readings(
        file path: String, truths: [CharacterEncoding?], limits: StructureLimits = StructureLimits()
    ) throws -> [InstanceHeader] {
        let file = try DICOMFile(path, limits: limits)
        var walker = file.walker(limits: limits, stopsAtPixelData: true)
        let dataSet = try wanted(&walker, of: file)
        return try truths.map { try read(dataSet.told($0), of: file, hasPixelData: walker.stoppedAtPixelData) }
    }

    private static func wanted(
        _ walker: inout ElementWalker, of file: DICOMFile, _ truth: CharacterEncoding? = nil
    ) throws -> DataSet {
        var kept = 0
        return try DataSet.read(&walker, source: file.source, truth: truth) { tag in
            guard groups.contains(tag.group), kept < mostKept else { return false }
            kept += 1
            return true
        }
    }

    private static func read(
        _ dataSet: DataSet, of file: DICOMFile, hasPixelData: Bool
    ) throws -> InstanceHeader {
        let identity = try Identity(dataSet, file.meta)
        var header = InstanceHeader(
            sopClass: identity.sopClass, sopInstanceUID: identity.sopInstance, studyInstanceUID: identity.study,
            seriesInstanceUID: identity.series, transferSyntax: file.meta.transferSyntax,
            dataSetOffset: file.dataSetOffset,
            dataSetSize: file.dataSetSize, specificCharacterSet: try dataSet.text(.specificCharacterSet))
        header.hasPixelData = hasPixelData
        header.hasAssumedIdentity = identity.isAssumed
        header.metaDisagrees =
            file.meta.mediaStorageSOPClassUID != header.sopClass.rawValue
            || file.meta.mediaStorageSOPInstanceUID != header.sopInstanceUID.rawValue
        try header.readPatientAndStudy(dataSet)
        try header.readSeries(dataSet)
        try header.readImage(dataSet)
        return header
    }

    /// Whatever is read below stands in these groups, and in the first so many elements of them.
    private static let groups: Set<UInt16> = [0x0008, 0x0010, 0x0018, 0x0020, 0x0028]
    private static let mostKept = 4096

    private mutating func readPatientAndStudy(_ dataSet: DataSet) throws {
        patientID = try text(dataSet, .patientID)
        issuerOfPatientID = try text(dataSet, .issuerOfPatientID)
        patientName = try text(dataSet, .patientName)
        patientBirthDate = try dataSet.string(.patientBirthDate)
        patientSex = try dataSet.string(.patientSex)
        patientAge = try dataSet.string(.patientAge)
        otherPatientIDs = try dataSet.reading(Tag(0x0010, 0x1000))?.values ?? []
        accessionNumber = try text(dataSet, .accessionNumber)
        studyDate = try dataSet.string(.studyDate)
        studyTime = try dataSet.string(.studyTime)
        studyID = try text(dataSet, .studyID)
        studyDescription = try text(dataSet, .studyDescription)
        referringPhysicianName = try text(dataSet, .referringPhysicianName)
        timezoneOffsetFromUTC = try dataSet.string(.timezoneOffsetFromUTC)
    }

    private mutating func readSeries(_ dataSet: DataSet) throws {
        modality = try dataSet.string(.modality)
        seriesNumber = try dataSet.integer(.seriesNumber)
        seriesDescription = try text(dataSet, .seriesDescription)
        seriesDate = try dataSet.string(.seriesDate)
        seriesTime = try dataSet.string(.seriesTime)
        bodyPartExamined = try text(dataSet, .bodyPartExamined)
        protocolName = try text(dataSet, .protocolName)
        laterality = try dataSet.string(.laterality) ?? dataSet.string(Tag(0x0020, 0x0062))
        viewPosition = try dataSet.string(.viewPosition)
        institutionName = try text(dataSet, .institutionName)
        stationName = try text(dataSet, .stationName)
        manufacturer = try text(dataSet, .manufacturer)
        manufacturerModelName = try text(dataSet, .manufacturerModelName)
        frameOfReferenceUID = try dataSet.string(.frameOfReferenceUID)
    }

    private mutating func readImage(_ dataSet: DataSet) throws {
        instanceNumber = try dataSet.integer(.instanceNumber)
        numberOfFrames = try dataSet.integer(.numberOfFrames)
        rows = try dataSet.integer(.rows)
        columns = try dataSet.integer(.columns)
        bitsAllocated = try dataSet.integer(.bitsAllocated)
        let position = try dataSet.numbers(.imagePositionPatient)
        imagePositionPatient = position.count == 3 ? position : nil
        let orientation = try dataSet.numbers(.imageOrientationPatient)
        imageOrientationPatient = orientation.count == 6 ? orientation : nil
        sliceThickness = try dataSet.numbers(.sliceThickness).first
        acquisitionDate = try dataSet.string(.acquisitionDate)
        acquisitionTime = try dataSet.string(.acquisitionTime)
        acquisitionDateTime = try dataSet.string(.acquisitionDateTime)
        contentDate = try dataSet.string(.contentDate)
        contentTime = try dataSet.string(.contentTime)
        imageType = try dataSet.text(.imageType)
    }

    private mutating func text(_ dataSet: DataSet, _ tag: Tag) throws -> String? {
        guard let reading = try dataSet.reading(tag) else { return nil }
        textBasis = textBasis.joined(reading.basis)
        guard let first = reading.values.first, !first.isEmpty else { return nil }
        return first
    }
}

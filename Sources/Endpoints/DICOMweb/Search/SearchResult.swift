// What a search says about a study, a series, an instance (PS3.18 10.6.3).

import Archive
import DICOM
import Vocabulary

/// Builds the answers' data sets: what the standard demands always, the rest where it is asked for.
struct SearchResult: Sendable {
    let locations: ResourceLocations
    let request: SearchRequest

    func dataSet(of study: StudyRecord) -> JSONDataSet {
        var result = JSONDataSet()
        add(study, to: &result)
        result.set(SearchTag.retrieveURL, .UR, locations.study(study.studyInstanceUID))
        result.set(SearchTag.instanceAvailability, .CS, "ONLINE")
        return finished(result, Self.ofStudies)
    }

    func dataSet(of found: SeriesResult) -> JSONDataSet {
        var result = JSONDataSet()
        add(found.study, to: &result)
        add(found.series, to: &result)
        result.set(
            SearchTag.retrieveURL, .UR,
            locations.series(found.study.studyInstanceUID, found.series.seriesInstanceUID))
        result.set(SearchTag.instanceAvailability, .CS, "ONLINE")
        return finished(result, Self.ofSeries.union(request.study == nil ? Self.ofStudies : []))
    }

    func dataSet(of found: InstanceResult) -> JSONDataSet {
        var result = JSONDataSet()
        add(found.study, to: &result)
        add(found.series, to: &result)
        add(found.instance, of: found.study.studyInstanceUID, to: &result)
        var wanted = Self.ofInstances
        if request.series == nil { wanted.formUnion(Self.ofSeries) }
        if request.study == nil { wanted.formUnion(Self.ofStudies) }
        return finished(result, wanted)
    }

    private func finished(_ full: JSONDataSet, _ always: Set<Tag>) -> JSONDataSet {
        guard case .also(let also) = request.fields else { return full }
        var result = full
        result.keep { always.contains($0) || also.contains($0) }
        return result
    }

    // MARK: Attributes

    private func add(_ study: StudyRecord, to result: inout JSONDataSet) {
        result.set(.specificCharacterSet, .CS, "ISO_IR 192")
        result.set(.studyDate, .DA, study.studyDate)
        result.set(.studyTime, .TM, study.studyTime)
        result.set(.accessionNumber, .SH, study.accessionNumber)
        result.set(SearchTag.modalitiesInStudy, .CS, study.modalities)
        result.set(.referringPhysicianName, .PN, study.referringPhysician)
        if let offset = study.timezoneOffset { result.set(.timezoneOffsetFromUTC, .SH, offset) }
        result.set(.studyDescription, .LO, study.studyDescription)
        result.set(.institutionName, .LO, study.institutionName)
        result.set(.patientName, .PN, study.patient.name)
        result.set(.patientID, .LO, study.patientID)
        result.set(.issuerOfPatientID, .LO, study.issuer)
        result.set(.patientBirthDate, .DA, study.patient.birthDate)
        result.set(.patientSex, .CS, study.patient.sex)
        result.set(.patientAge, .AS, study.patientAge)
        result.set(.studyInstanceUID, .UI, study.studyInstanceUID.rawValue)
        result.set(.studyID, .SH, study.studyID)
        result.set(SearchTag.numberOfStudyRelatedSeries, .IS, study.shownSeriesCount)
        result.set(SearchTag.numberOfStudyRelatedInstances, .IS, study.shownInstanceCount)
    }

    private func add(_ series: SeriesRecord, to result: inout JSONDataSet) {
        result.set(.modality, .CS, series.modality)
        if let offset = series.timezoneOffset { result.set(.timezoneOffsetFromUTC, .SH, offset) }
        result.set(.seriesDescription, .LO, series.seriesDescription)
        result.set(.seriesInstanceUID, .UI, series.seriesInstanceUID.rawValue)
        result.set(.seriesNumber, .IS, series.seriesNumber)
        result.set(.bodyPartExamined, .CS, series.bodyPart)
        result.set(.laterality, .CS, series.laterality)
        result.set(.protocolName, .LO, series.protocolName)
        result.set(.manufacturer, .LO, series.manufacturer)
        result.set(.manufacturerModelName, .LO, series.manufacturerModelName)
        result.set(.stationName, .SH, series.stationName)
        result.set(SearchTag.numberOfSeriesRelatedInstances, .IS, series.shownInstanceCount)
        result.set(SearchTag.performedProcedureStepStartDate, .DA, series.performedProcedureStepStartDate)
        result.set(SearchTag.performedProcedureStepStartTime, .TM, series.performedProcedureStepStartTime)
        if series.scheduledProcedureStepID != nil || series.requestedProcedureID != nil {
            var item = JSONDataSet()
            item.set(SearchTag.scheduledProcedureStepID, .SH, series.scheduledProcedureStepID)
            item.set(SearchTag.requestedProcedureID, .SH, series.requestedProcedureID)
            result.set(SearchTag.requestAttributesSequence, items: [item])
        } else {
            result.set(SearchTag.requestAttributesSequence, items: [])
        }
    }

    private func add(_ instance: InstanceRecord, of study: StudyInstanceUID, to result: inout JSONDataSet) {
        result.set(.sopClassUID, .UI, instance.sopClass.rawValue)
        result.set(.sopInstanceUID, .UI, instance.sopInstanceUID.rawValue)
        result.set(SearchTag.instanceAvailability, .CS, "ONLINE")
        result.set(SearchTag.retrieveURL, .UR, locations.instance(instance, of: study))
        result.set(SearchTag.availableTransferSyntaxUID, .UI, instance.transferSyntax.rawValue)
        result.set(.instanceNumber, .IS, instance.instanceNumber)
        result.set(.contentDate, .DA, instance.contentDate)
        result.set(.contentTime, .TM, instance.contentTime)
        guard instance.isImage else { return }
        result.set(.rows, .US, instance.rows)
        result.set(.columns, .US, instance.columns)
        result.set(.bitsAllocated, .US, instance.bitsAllocated)
        if let frames = instance.numberOfFrames { result.set(.numberOfFrames, .IS, frames) }
    }

    // MARK: What every answer holds

    private static let common: Set<Tag> = [
        .specificCharacterSet, .timezoneOffsetFromUTC, SearchTag.instanceAvailability, SearchTag.retrieveURL,
        .studyInstanceUID,
    ]

    /// Table 10.6.3-3, and the description, which every list shows.
    private static let ofStudies: Set<Tag> = common.union([
        .studyDate, .studyTime, .accessionNumber, SearchTag.modalitiesInStudy, .referringPhysicianName, .patientName,
        .patientID, .patientBirthDate, .patientSex, .studyID, .studyDescription, SearchTag.numberOfStudyRelatedSeries,
        SearchTag.numberOfStudyRelatedInstances,
    ])

    /// Table 10.6.3-4.
    private static let ofSeries: Set<Tag> = common.union([
        .modality, .seriesDescription, .seriesInstanceUID, .seriesNumber, SearchTag.numberOfSeriesRelatedInstances,
        SearchTag.performedProcedureStepStartDate, SearchTag.performedProcedureStepStartTime,
        SearchTag.requestAttributesSequence,
    ])

    /// Table 10.6.3-5.
    private static let ofInstances: Set<Tag> = common.union([
        .sopClassUID, .sopInstanceUID, .seriesInstanceUID, .instanceNumber, .rows, .columns, .bitsAllocated,
        .numberOfFrames, SearchTag.availableTransferSyntaxUID,
    ])
}

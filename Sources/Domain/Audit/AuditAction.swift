// What can be written into the trail.

/// Everything that is done to a study, an account or the node and that somebody may have to answer for.
package enum AuditAction: String, Hashable, Codable, Sendable, CaseIterable {
    // Accounts and access
    case login
    case loginFailed
    case logout
    case accessDenied
    case userAdded
    case userChanged
    case userDisabled
    case userEnabled
    case passwordChanged
    case tokenIssued
    case tokenRevoked

    // Studies and instances
    case studyAnnounced
    case instanceReceived
    case instanceRefused
    /// Refused for its bytes, and kept for the operator.
    case instanceQuarantined
    case quarantineReleased
    case quarantineDeleted
    /// Gone without a person: too old, or too much.
    case quarantineDropped
    case instanceConflict
    case conflictResolved
    case studySettled
    /// Images came after the study had been taken to be whole.
    case imagesAdded
    case additionsSeen
    case studyImported
    case fileRefused
    case studyQueried
    case studyViewed
    case studyRetrieved
    case studyExported
    case issuerAssigned
    case studyEvicted
    case recallRequested
    case studyRecalled
    case custodyCopied

    // Corrections
    case instancesRejected
    case rejectionLifted
    case patientCorrected
    case patientRestored
    case studyMerged
    case studySplit
    case seriesMoved
    /// The reader has seen what was corrected under their hands.
    case correctionSeen
    case legalHoldSet
    case legalHoldLifted
    case retentionExpired
    case instancesDestroyed

    // Deliveries
    case studyRouted
    case studyForwarded
    case deliveryParked
    case deliveryRetried
    case deliveryCancelled
    case receiptSigned
    case receiptVerified
    case receiptRejected
    case priorityChanged
    /// Somebody asked for it to be read.
    case studyReminded
    case studyReread

    // Orders
    case orderPlaced
    case orderChanged
    case orderMatched
    case orderUnmatched
    case orderCancelled

    // Reading
    case taskCreated
    case taskOffered
    case taskAccepted
    case taskDeclined
    case taskClaimed
    case taskUnclaimed
    case taskAssigned
    /// Taken off a reader's list, or from who held it.
    case taskAssignmentEnded
    case taskHandedOver
    case readerAway
    case readerBack
    case rosterChanged
    case taskReturned
    case taskRecalled
    case taskCancelled
    case breakGlass
    case retakeRequested
    case retakeAnswered
    case retakeWithdrawn
    case imageQualityGraded
    case reportSavedPreliminary
    case reportReturned
    case reportFinal
    case reportCorrected
    case reportAddendum
    /// Measurements became instances of the study.
    case measurementsStored
    case signatureRejected
    case peerReviewTaken
    case peerReviewSigned
    case peerReviewGraded
    case reportReleased
    case reportDelivered
    case reportViewed
    case reportAcknowledged
    case criticalResult
    case criticalResultArrived
    case criticalResultAcknowledged
    case criticalResultEscalated
    case criticalResultWithdrawn

    // Earlier studies
    case priorsAsked
    /// At the node that was asked: how many it named.
    case priorsAnswered
    /// Told to exist, without its images.
    case priorAnswered
    case priorRequested
    case priorSent
    /// Looked at beside another study.
    case priorViewed
    case priorReportRequested
    case priorReportSent
    /// Read beside another study.
    case priorReportViewed

    // Supervision
    case supervisionViewed
    case supervisionExported

    // The node
    case nodeStarted
    case nodeStopped
    case configurationChanged
    case charsetChanged
    case associationRefused
    case peerRefused
    case peerEnrolled
    case eventParked
    case eventRetried
    case archiveVerified
    case instanceDamaged
    case instanceRepaired
    case catalogueRebuilt
}

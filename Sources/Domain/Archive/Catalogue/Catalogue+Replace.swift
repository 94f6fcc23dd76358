// One file of an instance in the place of another.

import DICOM
import Database
import Vocabulary

extension Catalogue {
    /// What stands for an instance from now on, in catalogue and ledger; its file is committed. The old file is the
    /// caller's to keep aside.
    package func replace(
        _ existing: InstanceRecord, _ header: InstanceHeader, with stored: StoredInstance, at time: Timestamp,
        in transaction: Transaction
    ) throws -> InstanceRecord {
        var instance = existing
        instance.transferSyntax = header.transferSyntax
        instance.digest = stored.digest
        instance.size = stored.size
        instance.dataSetOffset = stored.dataSetOffset
        instance.path = stored.path
        instance.source = stored.source
        instance.receivedAt = time
        instance.acquired = nil
        let growth = instance.size - existing.size
        try transaction.execute(
            """
            UPDATE sop_instance SET transfer_syntax_uid = ?, digest = ?, data_set_size = ?, data_set_offset = ?,
                path = ?, source_kind = ?, source_name = ?, received_at = ?, acquired_digest = NULL,
                acquired_size = NULL, acquired_syntax = NULL
            WHERE sop_instance_uid = ?
            """, instance.transferSyntax, instance.digest, instance.size, instance.dataSetOffset, instance.path,
            instance.source.kind, instance.source.name, time, instance.sopInstanceUID)
        try transaction.execute(
            """
            UPDATE series SET series_byte_count = series_byte_count + ?
            WHERE study_instance_uid = ? AND series_instance_uid = ?
            """, growth, instance.studyInstanceUID, instance.seriesInstanceUID)
        try transaction.execute(
            "UPDATE study SET study_byte_count = study_byte_count + ? WHERE study_instance_uid = ?", growth,
            instance.studyInstanceUID)
        try keepArrival(of: instance, in: transaction)
        return instance
    }
}

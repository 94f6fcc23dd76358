// What holds where no clock file was written.

extension WorkloadRules {
    /// - Throws: never in a build that passed its tests.
    package static func shipped() throws -> WorkloadRules {
        try WorkloadRules(yaml: shippedYAML, file: "clocks.yaml (built in)")
    }

    /// The file that a site begins with (`jieli clocks`), and what holds without one.
    package static let shippedYAML = """
        # 时限规则 / Work types and time limits. The first work type that fits decides; the last takes everything.
        # limit: 30 min, 2 h, 4 working hours; or by priority: {stat: 30 min, urgent: 1 h, routine: 2 h}
        workTypes:
          - name: emergency-head
            chinese: 急诊头部 CT/MR
            english: Emergency head CT/MR
            when: {patientClass: emergency, modality: [CT, MR], region: head}
            limit: 30 min
          - name: emergency-ct-mr
            chinese: 急诊 CT/MR
            english: Emergency CT/MR
            when: {patientClass: emergency, modality: [CT, MR]}
            limit: 60 min
          - name: emergency-dr
            chinese: 急诊 DR
            english: Emergency DR
            when: {patientClass: emergency, modality: [DX, CR, DR, RG, PX, IO]}
            limit: 30 min
          - name: emergency-other
            chinese: 急诊其他
            english: Emergency, other
            when: {patientClass: emergency}
            limit: 60 min
          - name: complex
            chinese: 疑难
            english: Complex
            when:
              - {complex: true}
              - {modality: [PT]}
            limit: 24 h
          - name: checkup
            chinese: 体检
            english: Check-up
            when: {patientClass: checkup}
            limit: 24 h
          - name: routine-dr
            chinese: 普通 DR
            english: Routine DR
            when: {modality: [DX, CR, DR, RG, PX, IO]}
            limit: 2 h
          - name: inpatient
            chinese: 住院
            english: Inpatient
            when: {patientClass: inpatient}
            limit: 6 h
          - name: outpatient-ct-mr
            chinese: 门诊 CT/MR
            english: Outpatient CT/MR
            when: {modality: [CT, MR]}
            limit: 4 working hours
          - name: outpatient-other
            chinese: 门诊其他
            english: Outpatient, other
            limit: 4 working hours

        # Who a patient without an order is taken for. A STAT study is an emergency whatever its order says.
        guess: {stat: emergency, urgent: inpatient, routine: outpatient}

        # 工作时间 / Working hours, by China's time. Holidays and the days worked in their stead are entered each year.
        workingHours:
          - {days: mon-fri, from: "08:00", to: "12:00"}
          - {days: mon-fri, from: "14:00", to: "18:00"}
        holidays: []
        workdays: []

        # Per cent of the limit after which a task that waits is seen by the institution, the tier and the parent.
        visibility: {institution: 50, tier: 75, parent: 100}

        # 预计阅片分钟 / Predicted reading minutes, drawn towards what this node's readers took.
        readingMinutes:
          - {modality: CT, minutes: 8}
          - {modality: CT, region: head, minutes: 5}
          - {modality: CT, region: chest, minutes: 7}
          - {modality: CT, region: abdomen, minutes: 11}
          - {modality: CT, region: heart, minutes: 15}
          - {modality: CT, region: whole-body, minutes: 15}
          - {modality: MR, minutes: 12}
          - {modality: MR, region: head, minutes: 10}
          - {modality: MR, region: abdomen, minutes: 15}
          - {modality: MR, region: heart, minutes: 25}
          - {modality: DX, minutes: 2}
          - {modality: CR, minutes: 2}
          - {modality: DR, minutes: 2}
          - {modality: RG, minutes: 2}
          - {modality: DX, region: chest, minutes: 1.5}
          - {modality: CR, region: chest, minutes: 1.5}
          - {modality: PX, minutes: 2}
          - {modality: IO, minutes: 1}
          - {modality: MG, minutes: 4}
          - {modality: US, minutes: 3}
          - {modality: RF, minutes: 6}
          - {modality: XA, minutes: 12}
          - {modality: NM, minutes: 12}
          - {modality: PT, minutes: 25}
          - {modality: ECG, minutes: 2}
          - {modality: SM, minutes: 15}
        """
}

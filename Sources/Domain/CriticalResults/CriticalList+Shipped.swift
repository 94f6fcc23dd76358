// The list that a node has when nobody wrote one.

extension CriticalList {
    /// After the imaging part of the lists that hospitals in China keep by the 危急值报告制度; `deploy/config/critical.yaml`
    /// says the same, to start from.
    package static let shipped = CriticalList(
        findings: chest + vessels + head + abdomen + obstetrics + [
            finding("other", "其他危急值", "other critical finding", "", needsNote: true)
        ],
        steps: [Step(after: .seconds(300), action: .page), Step(after: .seconds(600), action: .call)])

    private static let chest = [
        finding("tension-pneumothorax", "张力性气胸", "tension pneumothorax", "CR DX CT"),
        finding("massive-pneumothorax", "大量气胸（压缩 > 50%）", "large pneumothorax", "CR DX CT"),
        finding("pneumomediastinum", "急性纵隔气肿", "acute pneumomediastinum", "CR DX CT"),
        finding("airway-foreign-body", "气道或食管危险性异物", "dangerous foreign body", "CR DX CT RF"),
        finding("pulmonary-embolism", "肺栓塞", "pulmonary embolism", "CT MR XA NM"),
        finding("pulmonary-edema", "急性肺水肿", "acute pulmonary oedema", "CR DX CT"),
    ]

    private static let vessels = [
        finding("aortic-dissection", "主动脉夹层", "aortic dissection", "CT MR US XA"),
        finding("aortic-rupture", "主动脉瘤破裂或先兆破裂", "ruptured aortic aneurysm", "CT MR US XA"),
        finding("cardiac-tamponade", "心包填塞", "cardiac tamponade", "US CT MR"),
        finding("deep-vein-thrombosis", "急性下肢深静脉血栓", "acute deep vein thrombosis", "US CT XA"),
    ]

    private static let head = [
        finding("intracranial-hemorrhage", "脑出血", "intracranial haemorrhage", "CT MR"),
        finding("subarachnoid-hemorrhage", "蛛网膜下腔出血", "subarachnoid haemorrhage", "CT MR"),
        finding("epidural-hematoma", "急性硬膜外或硬膜下血肿", "acute extra- or subdural haematoma", "CT MR"),
        finding("brain-herniation", "脑疝", "brain herniation", "CT MR"),
        finding("large-infarction", "大面积脑梗死", "large cerebral infarction", "CT MR"),
        finding("large-vessel-occlusion", "颅内大血管闭塞", "large vessel occlusion", "CT MR XA"),
        finding("spinal-cord-compression", "脊柱骨折并脊髓受压", "spinal cord compression", "CT MR"),
    ]

    private static let abdomen = [
        finding("perforation", "消化道穿孔", "gastrointestinal perforation", "CR DX CT RF"),
        finding("bowel-obstruction", "绞窄性或完全性肠梗阻", "strangulated or complete bowel obstruction", "CR DX CT"),
        finding("mesenteric-ischemia", "肠系膜血管栓塞", "mesenteric ischaemia", "CT MR XA"),
        finding("organ-rupture", "肝脾肾等实质脏器破裂", "rupture of a solid organ", "CT US MR"),
        finding("severe-pancreatitis", "急性出血坏死性胰腺炎", "necrotising pancreatitis", "CT MR US"),
    ]

    private static let obstetrics = [
        finding("ectopic-pregnancy", "宫外孕破裂", "ruptured ectopic pregnancy", "US CT MR"),
        finding("placental-abruption", "胎盘早剥或前置胎盘大出血", "placental abruption", "US MR"),
        finding("fetal-distress", "胎儿窘迫（胎心异常）", "fetal distress", "US"),
        finding("testicular-torsion", "睾丸扭转", "testicular torsion", "US"),
    ]

    private static func finding(
        _ code: String, _ name: String, _ english: String, _ modalities: String, needsNote: Bool = false
    ) -> Finding {
        Finding(
            code: code, name: name, english: english,
            modalities: Set(modalities.split(separator: " ").map(String.init)),
            needsNote: needsNote)
    }
}

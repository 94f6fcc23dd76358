import Foundation
import Typesetting
import Vocabulary

/// A plainly synthetic report.
enum ReportSample {
    static let findings = """
        胸廓对称，纵隔居中。右肺上叶尖段见一枚磨玻璃结节，大小约 6.2 mm × 5.8 mm，边界清，未见分叶及毛刺，未见胸膜牵拉。
        余肺野内未见明确实变影。气管、支气管通畅。心影大小形态正常，主动脉壁见少许钙化。
        双侧胸腔未见积液。office 与 final 中的连字须原样保留；CT 值约 -650 HU，体积 ≥ 0.1 cm³，α 角 45°。
        """

    static func report(
        status: ReportDocument.Status = .final, findings: String = findings, reviewing: Bool = true,
        remarks: [PrintedLabel] = [], pictures: [PrintedPicture] = []
    ) -> ReportDocument {
        ReportDocument(
            institution: "普宁市远程影像诊断中心", reportNumber: "R20261121-0007",
            patient: .init(name: "测试甲㼆𠮷 (TEST^JIA)", sex: "女", age: "57 岁", identifier: "PT-000123"),
            examination: .init(
                hospital: "炮台镇卫生院", accessionNumber: "PT2026112100017", studyDate: "2026-11-21 09:14",
                modality: "CT", bodyPart: "胸部（平扫）", clinicalQuestion: "咳嗽两周，伴低热；除外肺炎及占位。"),
            findings: findings,
            impression: "1. 右肺上叶尖段磨玻璃结节，建议 3 个月后复查。\n2. 主动脉硬化。",
            reporting: .init(name: "测试医师乙", time: Timestamp(milliseconds: 1_795_000_000_000)),
            reviewing: reviewing ? .init(name: "测试医师丙", time: Timestamp(milliseconds: 1_795_001_800_000)) : nil,
            status: status, remarks: remarks, pictures: pictures, created: Timestamp(milliseconds: 1_795_001_800_000),
            timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)
    }
}

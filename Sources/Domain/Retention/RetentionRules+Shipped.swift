// What law asks where no site says more.

extension RetentionRules {
    /// The same text as `deploy/config/retention.yaml`.
    package static let shippedYAML = """
        # 影像资料保存期限。病历包括影像（《医疗机构病历管理规定（2013年版）》第二条），期限自患者最后一次就诊起算。
        # 几条规则都适用时取最长的一条；不知道的条件（例如没有申请单，不知道是门诊还是住院）按适用处理。
        # 各院可以增加规则，只会延长、不会缩短其他规则的期限。到期后由运维确认，影像先隐藏，宽限期满后才销毁。
        #
        # How long images are kept. Where several rules apply the longest counts; a condition on what is not known holds.
        # Sites may add rules, which lengthen and never shorten. An operator confirms what is listed; the images are hidden
        # first, and destroyed when graceDays have passed.
        rules:
          - name: 住院
            source: 《医疗机构病历管理规定（2013年版）》（国卫医发〔2013〕31号）第二十九条：住院病历自患者最后一次住院出院之日起不少于30年；《医疗机构管理条例实施细则》第五十三条
            when: {patientClass: inpatient}
            keepYears: 30
          - name: 门诊和急诊
            source: 《医疗机构病历管理规定（2013年版）》第二十九条：门（急）诊病历自患者最后一次就诊之日起不少于15年
            when: {patientClass: [outpatient, emergency]}
            keepYears: 15
          - name: 体检
            source: 《职业健康检查管理办法》第二十条：职业健康检查档案自最后一次检查结束之日起不少于15年；普通体检没有单独的国家期限，从严按此
            when: {patientClass: checkup}
            keepYears: 15
          # 各院自定的例子 a site's own, for example:
          # - name: 儿童随访
          #   when: {age: minor, site: [paotai]}
          #   keepYears: 15
          #   untilAge: 33
        otherwise:
          keepYears: 30
        graceDays: 30

        """
}

// How studies hang where the operator says nothing else.

extension HangingRules {
    /// - Throws: never in a build that passed its tests.
    package static func shipped() throws -> HangingRules {
        try HangingRules(yaml: shippedYAML, file: "hanging.yaml (built in)")
    }

    package static let shippedYAML = """
        rules:
          - name: 胸片
            when: {modality: [DX, CR, DR], words: [CHEST, THORAX, 胸, 肺]}
            layout: 1x1
            panes:
              - {words: [PA, AP, 正位]}
            prior: automatic
            priorWithin: 5 years
            withPrior:
              layout: 1x2
              panes:
                - {words: [PA, AP, 正位]}
                - {show: prior, matching: 1}
          - name: 乳腺
            when: {modality: [MG]}
            layout: 2x2
            panes:
              - {laterality: R, words: [CC]}
              - {laterality: L, words: [CC]}
              - {laterality: R, words: [MLO]}
              - {laterality: L, words: [MLO]}
            prior: automatic
            priorWithin: 5 years
            withPrior:
              layout: 2x2
              panes:
                - {laterality: R, words: [MLO]}
                - {laterality: L, words: [MLO]}
                - {show: prior, matching: 1}
                - {show: prior, matching: 2}
          - name: X线片
            when: {modality: [DX, CR, DR, RG, PX, IO]}
            prior: automatic
            priorWithin: 5 years
          - name: 胸部CT
            when: {modality: [CT], words: [CHEST, THORAX, LUNG, 胸, 肺]}
            panes:
              - {plane: axial, thickness: thin}
            prior: automatic
            priorWithin: 5 years
            withPrior:
              layout: 1x2
              panes:
                - {plane: axial, thickness: thin}
                - {show: prior, matching: 1}
          - name: CT
            when: {modality: [CT]}
            panes:
              - {plane: axial}
            prior: automatic
            priorWithin: 3 years
            withPrior:
              layout: 1x2
              panes:
                - {plane: axial}
                - {show: prior, matching: 1}
          - name: 磁共振
            when: {modality: [MR]}
            panes:
              - {plane: axial, words: [T2]}
            prior: automatic
            priorWithin: 3 years
            withPrior:
              layout: 1x2
              panes:
                - {plane: axial, words: [T2]}
                - {show: prior, matching: 1}
          - name: 其他
            prior: key
        """
}

// The attributes of waveforms, structured reports and encapsulated documents, by keyword.

export const Doc = Object.freeze({
  ContentDate: '00080023', ContentTime: '00080033', AcquisitionDateTime: '0008002A', InstitutionName: '00080080',
  Manufacturer: '00080070', ModelName: '00081090', CodeValue: '00080100', CodingScheme: '00080102', CodeMeaning: '00080104',
  LongCodeValue: '00080119', URNCodeValue: '00080120', ReferencedSOPClassUID: '00081150', ReferencedSOPInstanceUID: '00081155',
  ReferencedFrameNumber: '00081160', ReferencedSeries: '00081115', ReferencedImages: '00081140', ReferencedSOP: '00081199',
  ImageType: '00080008', GroupTimeOffset: '00181068', MultiplexGroupLabel: '003A0020',
  // Waveform (PS3.3 C.10.9).
  WaveformSequence: '54000100', ChannelCount: '003A0005', SampleCount: '003A0010', SamplingFrequency: '003A001A',
  ChannelDefinition: '003A0200', ChannelLabel: '003A0203', ChannelSource: '003A0208', Sensitivity: '003A0210',
  SensitivityUnits: '003A0211', SensitivityCorrection: '003A0212', ChannelBaseline: '003A0213', TimeSkew: '003A0214',
  SampleSkew: '003A0215', BitsStored: '003A021A', FilterLow: '003A0220', FilterHigh: '003A0221', FilterNotch: '003A0222',
  BitsAllocated: '54001004', Interpretation: '54001006', Padding: '5400100A', WaveformData: '54001010',
  // Waveform annotation (PS3.3 C.10.10).
  Annotations: '0040B020', AnnotationGroup: '0040A180', ReferencedChannels: '0040A0B0', UnformattedText: '00700006',
  SamplePositions: '0040A132', TimeOffsets: '0040A138', TemporalRangeType: '0040A130',
  // Structured reports (PS3.3 C.17.3).
  ValueType: '0040A040', ConceptName: '0040A043', ContentSequence: '0040A730', Relationship: '0040A010',
  ConceptCode: '0040A168', TextValue: '0040A160', MeasuredValue: '0040A300', NumericValue: '0040A30A', Units: '004008EA',
  NumericQualifier: '0040A301', DateTime: '0040A120', Date: '0040A121', Time: '0040A122', PersonName: '0040A123',
  UID: '0040A124', GraphicType: '00700023', GraphicData: '00700022', ItemIdentifier: '0040DB73', CompletionFlag: '0040A491',
  VerificationFlag: '0040A493', Verifiers: '0040A073', VerifierName: '0040A075', VerifiedAt: '0040A030',
  VerifierOrganization: '0040A027',
  // Encapsulated documents (PS3.3 C.24.2).
  DocumentTitle: '00420010', EncapsulatedDocument: '00420011', DocumentType: '00420012', DocumentLength: '00420015',
  // Presentation states (PS3.3 C.11.10, C.10.5).
  ContentLabel: '00700080', ContentDescription: '00700081', PresentationDate: '00700082', PresentationTime: '00700083',
  ContentCreator: '00700084', GraphicAnnotations: '00700001', GraphicLayer: '00700002', TextObjects: '00700008',
  GraphicObjects: '00700009', DisplayedAreas: '0070005A', Rotation: '00700042', HorizontalFlip: '00700041', SoftcopyVOI: '00283110',
  WindowCenter: '00281050', WindowWidth: '00281051', VOILUT: '00283010', ModalityLUT: '00283000', PresentationLUT: '20500010', ShutterShape: '00181600',
  // Whole slides (PS3.3 C.8.12.4).
  TotalColumns: '00480006', TotalRows: '00480007', PlanePositionSlide: '0048021A', ColumnPosition: '0048021E',
  RowPosition: '0048021F',
});

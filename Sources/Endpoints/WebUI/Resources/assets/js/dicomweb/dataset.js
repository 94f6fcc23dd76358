// Reads values out of the DICOM JSON model (PS3.18 F.2).

/**
 * @typedef {{vr?: string, Value?: any[], InlineBinary?: string, BulkDataURI?: string}} Element
 * @typedef {{[tag: string]: Element}} DataSet
 */

/** The attributes the viewer reads, by keyword. */
export const Tag = Object.freeze({
  SOPClassUID: '00080016', SOPInstanceUID: '00080018', StudyDate: '00080020', StudyTime: '00080030',
  SeriesDescription: '0008103E', AvailableTransferSyntaxUID: '00083002', Modality: '00080060',
  StudyDescription: '00081030', PatientName: '00100010', PatientID: '00100020', SliceThickness: '00180050',
  StudyInstanceUID: '0020000D', SeriesInstanceUID: '0020000E', SeriesNumber: '00200011', AcquisitionNumber: '00200012',
  InstanceNumber: '00200013', ImagePositionPatient: '00200032', ImageOrientationPatient: '00200037',
  FrameOfReferenceUID: '00200052', ImageLaterality: '00200062', SliceLocation: '00201041',
  NumberOfSeriesRelatedInstances: '00201209', SamplesPerPixel: '00280002', PhotometricInterpretation: '00280004',
  PlanarConfiguration: '00280006', NumberOfFrames: '00280008', Rows: '00280010', Columns: '00280011',
  PixelSpacing: '00280030', ImagerPixelSpacing: '00181164', BitsAllocated: '00280100', BitsStored: '00280101',
  HighBit: '00280102', PixelRepresentation: '00280103', PixelPaddingValue: '00280120', WindowCenter: '00281050',
  WindowWidth: '00281051', WindowExplanation: '00281055', VOILUTFunction: '00281056', RescaleIntercept: '00281052',
  RescaleSlope: '00281053', RescaleType: '00281054', PresentationLUTShape: '20500020', LossyImageCompression: '00282110',
  PixelData: '7FE00010', PaletteRed: '00281201', LUTDescriptor: '00283002', LUTExplanation: '00283003', LUTData: '00283006',
  ModalityLUTSequence: '00283000', VOILUTSequence: '00283010', ImageType: '00080008', PixelPresentation: '00089205',
  CTFrameType: '00189329', MRFrameType: '00189226', PatientBirthDate: '00100030', BodyPartExamined: '00180015',
  PatientOrientation: '00200020', Laterality: '00200060', PixelAspectRatio: '00280034', BurnedInAnnotation: '00280301',
  LossyImageCompressionRatio: '00282112', LossyImageCompressionMethod: '00282114', RecommendedDisplayFrameRate: '00082144',
  CineRate: '00180040', FrameTime: '00181063', FrameTimeVector: '00181065', FrameDisplayShutter: '00189472',
  ShutterShape: '00181600', ShutterLeft: '00181602', ShutterRight: '00181604', ShutterUpper: '00181606', ShutterLower: '00181608',
  ShutterCentre: '00181610', ShutterRadius: '00181612', ShutterVertices: '00181620', ShutterValue: '00181622',
  // The functional groups of enhanced multi-frame objects (PS3.3 C.7.6.16).
  SharedGroups: '52009229', PerFrameGroups: '52009230', FrameVOILUT: '00289132', PixelValueTransformation: '00289145',
  PlanePosition: '00209113', PlaneOrientation: '00209116', PixelMeasures: '00289110',
});

/**
 * The first value as text; '' when absent. A person's name is its alphabetic group, or the ideographic one.
 * @param {DataSet} data
 * @param {string} tag
 * @returns {string}
 */
export function text(data, tag) {
  const value = data[tag]?.Value?.[0];
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') return String(value.Ideographic || value.Alphabetic || value.Phonetic || '');
  return String(value);
}

/**
 * Every value as a number; values that are none are left out.
 * @param {DataSet} data
 * @param {string} tag
 * @returns {number[]}
 */
export function numbers(data, tag) {
  return (data[tag]?.Value ?? []).map(Number).filter((value) => Number.isFinite(value));
}

/**
 * @param {DataSet} data
 * @param {string} tag
 * @returns {number | null}
 */
export function number(data, tag) {
  const values = numbers(data, tag);
  return values.length > 0 ? values[0] : null;
}

/**
 * The item of a functional group for a frame: the frame's own, else the shared one, else null.
 * @param {DataSet} data
 * @param {number} frame from 1
 * @param {string} group
 * @returns {DataSet | null}
 */
export function functionalGroup(data, frame, group) {
  const own = data[Tag.PerFrameGroups]?.Value?.[frame - 1]?.[group]?.Value?.[0];
  const shared = data[Tag.SharedGroups]?.Value?.[0]?.[group]?.Value?.[0];
  return own ?? shared ?? null;
}

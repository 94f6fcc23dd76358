// DICOMweb

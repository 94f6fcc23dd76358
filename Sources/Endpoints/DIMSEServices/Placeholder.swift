// DIMSEServices

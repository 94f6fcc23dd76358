// The doors to DCMTK: plain C, no policy, no C++ exception out.
#pragma once

#include "CDCMTKData.h"
#include "CDCMTKNetwork.h"

// StudyFlow

// Validates PDF/A-1b with PDFBox Preflight: one line for each file, "valid" or what is wrong.

import java.io.File;
import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.exception.SyntaxValidationException;
import org.apache.pdfbox.preflight.parser.PreflightParser;

public class ValidateArchival {
    public static void main(String[] paths) throws Exception {
        for (String path : paths) {
            ValidationResult result;
            try {
                PreflightParser parser = new PreflightParser(new File(path));
                parser.parse();
                try (PreflightDocument document = parser.getPreflightDocument()) {
                    document.validate();
                    result = document.getResult();
                }
            } catch (SyntaxValidationException broken) {
                result = broken.getResult();
            }
            StringBuilder line = new StringBuilder(result.isValid() ? "valid" : "invalid");
            for (ValidationResult.ValidationError error : result.getErrorsList()) {
                line.append("; ").append(error.getErrorCode()).append(' ').append(error.getDetails());
            }
            System.out.println(line);
        }
    }
}

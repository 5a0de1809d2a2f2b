// Checks ontologies with the OWL API. Each file is one whole ontology in Turtle.
//
//   java -cp 'jars/*' Check.java file…
//
// Prints one line for each problem: file, kind of problem and what it is, between tabs. Ends with 2 if there was any.

import java.io.File;
import java.util.Collection;
import java.util.function.BiConsumer;
import org.semanticweb.HermiT.ReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.formats.TurtleDocumentFormat;
import org.semanticweb.owlapi.io.FileDocumentSource;
import org.semanticweb.owlapi.model.OWLEntity;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.reasoner.OWLReasoner;

public final class Check {

    private static int problems = 0;

    public static void main(String[] files) throws Exception {
        for (String file : files) {
            check(load(file), (kind, what) -> {
                problems++;
                System.out.println(file + "\t" + kind + "\t" + what.replaceAll("\\s+", " "));
            });
        }
        System.exit(problems == 0 ? 0 : 2);
    }

    private static OWLOntology load(String file) throws Exception {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        FileDocumentSource source = new FileDocumentSource(new File(file), new TurtleDocumentFormat());
        return manager.loadOntologyFromOntologyDocument(source);
    }

    private static void check(OWLOntology ontology, BiConsumer<String, String> problem) {
        ontology.getNonnullFormat().getOntologyLoaderMetaData().ifPresent(notes ->
            notes.getUnparsedTriples().forEach(triple -> problem.accept("unparsed", triple.toString())));
        ontology.signature().filter(entity -> isUndeclared(entity, ontology)).sorted()
            .forEach(entity -> problem.accept("undeclared", entity.getEntityType() + " " + entity.getIRI()));
        Collection<OWLProfileViolation> outsideDL = violations(new OWL2DLProfile(), ontology);
        outsideDL.forEach(violation -> problem.accept("OWL 2 DL", violation.toString()));
        violations(new OWL2RLProfile(), ontology)
            .forEach(violation -> problem.accept("OWL 2 RL", violation.toString()));
        // A reasoner for OWL 2 DL throws on anything outside of it.
        if (outsideDL.isEmpty()) {
            reason(ontology, problem);
        }
    }

    // Individuals need no declaration. xsd:date is outside OWL's datatypes, which only annotations may be.
    private static boolean isUndeclared(OWLEntity entity, OWLOntology ontology) {
        return !entity.isBuiltIn() && !entity.isOWLNamedIndividual() && !entity.getIRI().isReservedVocabulary()
            && !ontology.isDeclared(entity);
    }

    private static Collection<OWLProfileViolation> violations(OWLProfile profile, OWLOntology ontology) {
        return profile.checkOntology(ontology).getViolations();
    }

    private static void reason(OWLOntology ontology, BiConsumer<String, String> problem) {
        OWLReasoner reasoner = new ReasonerFactory().createReasoner(ontology);
        if (!reasoner.isConsistent()) {
            problem.accept("inconsistent", "no model exists");
            return;
        }
        reasoner.unsatisfiableClasses().filter(name -> !name.isOWLNothing()).sorted()
            .forEach(name -> problem.accept("unsatisfiable", name.getIRI().toString()));
    }
}

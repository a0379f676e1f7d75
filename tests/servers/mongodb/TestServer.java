// Serves MongoDB's protocol from memory on a free port of this machine, until it is killed. Writes
// the port to the file that is its argument, under a name of its own first: whoever finds the file
// finds all of it.

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

public final class TestServer {
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        Path unfinished = Path.of(arguments[0] + ".new");
        int port = new MongoServer(new MemoryBackend()).bind().getPort();
        Files.writeString(unfinished, port + "\n");
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        Thread.currentThread().join();
    }
}

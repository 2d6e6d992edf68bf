// JDBC: Xerial's driver.
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import org.sqlite.SQLiteConfig;

class Client {
  static Connection db;

  static List<Object[]> run(String sql, byte[]... matrices) throws SQLException {
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      for (int i = 0; i < matrices.length; i++) statement.setBytes(i + 1, matrices[i]);
      List<Object[]> rows = new ArrayList<>();
      ResultSet result = statement.executeQuery();
      while (result.next()) {
        Object[] row = new Object[result.getMetaData().getColumnCount()];
        for (int i = 0; i < row.length; i++) row[i] = result.getObject(i + 1);
        rows.add(row);
      }
      return rows;
    }
  }

  public static void main(String[] arguments) throws Exception {
    String extension = arguments[0];
    SQLiteConfig config = new SQLiteConfig();
    config.enableLoadExtension(true);
    db = DriverManager.getConnection("jdbc:sqlite::memory:", config.toProperties());
    try (PreparedStatement load = db.prepareStatement("SELECT load_extension(?)")) {
      load.setString(1, extension);
      load.execute();
    }
    db.createStatement().executeUpdate(Files.readString(Path.of("tests/clients/scores.sql")));

    byte[] matrix = (byte[]) run("SELECT score_matrix(model, question, score) FROM results WHERE model <> 'newcomer'").get(0)[0];
    System.out.println("matrix " + matrix.length + " bytes");
    for (Object[] row : run("SELECT rank, question FROM coreset_select(?, '10%')", matrix)) {
      System.out.println(row[0] + " " + row[1]);
    }
    byte[] answers = (byte[]) run("SELECT score_matrix(model, question, score) FROM results WHERE model = 'newcomer'"
        + " AND question IN (SELECT question FROM coreset_select(?, '10%'))", matrix).get(0)[0];
    for (Object[] row : run("SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)", matrix, answers)) {
      System.out.println(String.format(Locale.ROOT, "%s %.3f %.3f %.3f", row));
    }

    try {
      run("SELECT rank FROM coreset_select(?, 61)", matrix);
    } catch (SQLException error) {
      if (error.getMessage().contains("coreset_select(): k")) System.out.println("error names coreset_select() and k");
    }

    try (PreparedStatement statement =
        db.prepareStatement("SELECT count(*) FROM coreset_evaluate(?, '10%') WHERE seeds = 1000000")) {
      statement.setBytes(1, matrix);
      new Timer(true).schedule(new TimerTask() {
        @Override
        public void run() {
          try {
            statement.cancel();
          } catch (SQLException error) {
            System.out.println(error);
          }
        }
      }, 300);
      statement.executeQuery();
    } catch (SQLException error) {
      System.out.println(error.getMessage().contains("SQLITE_INTERRUPT") ? "interrupted" : error.getMessage());
    }
    System.out.println(run("SELECT count(*) FROM results").get(0)[0] + " rows");
  }
}

//! Draws the picture and fills the tables of the document. Arguments: the folder with the numbers
//! of the other programs and a file `machine.md` about the machine, the document, and the picture.

use std::{env, error::Error, fs, path::Path};

use wsdraft_bench::report::{draw, fill, read, standings};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, document, picture] = &arguments[..] else {
        return Err("arguments: FOLDER DOCUMENT PICTURE".into());
    };
    let folder = Path::new(folder);
    let tables = read(folder)?;
    let standings = standings(&tables);
    let facts = fs::read_to_string(folder.join("machine.md"))?;
    let text = fill(&fs::read_to_string(document)?, &tables, &standings, &facts);
    fs::write(document, text)?;
    fs::write(picture, draw(&standings))?;
    Ok(())
}

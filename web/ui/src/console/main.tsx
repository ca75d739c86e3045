import { mount } from '../parts/Shell';
import { SignedIn } from '../parts/SignedIn';
import { Console } from './Console';

mount(<SignedIn>{(user) => <Console user={user} />}</SignedIn>);
